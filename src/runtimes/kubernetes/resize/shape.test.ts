import { expect, test } from 'vitest';
import fc from 'fast-check';
import { allocatedOf, resourcesOf, shapeOf, withoutMoreReserved } from './shape.ts';

const MIB = 2 ** 20;
const ROOM = { burstRoomBytes: 256 * MIB, maxMemoryBytes: 1024 * MIB };

test('the request is the allocation, the memory limit lies above it up to the maximum', () => {
  const shape = shapeOf({ cpuCores: 0.5, memoryBytes: 64 * MIB }, ROOM);
  expect(resourcesOf(shape)).toEqual({
    requests: { cpu: '500m', memory: String(64 * MIB) },
    limits: { cpu: '500m', memory: String(320 * MIB) },
  });
  const large = shapeOf({ cpuCores: 1, memoryBytes: 1000 * MIB }, ROOM);
  expect(large.limits.memoryBytes).toBe(1024 * MIB);
});

test('no limit is below the request or what the program holds, and it reads back as asked for', () => {
  const amounts = fc.record({
    cpuCores: fc.double({ min: 0.01, max: 64, noNaN: true }),
    memoryBytes: fc.integer({ min: 1, max: 4096 * MIB }),
  });
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 2048 * MIB }), (asked, floorBytes) => {
      const shape = shapeOf(asked, ROOM, floorBytes);
      expect(shape.limits.memoryBytes).toBeGreaterThanOrEqual(shape.requests.memoryBytes);
      expect(shape.limits.memoryBytes).toBeGreaterThanOrEqual(floorBytes);
      const plain = shapeOf(asked, ROOM);
      expect(allocatedOf(plain.limits, plain, ROOM)).toEqual(asked);
    }),
  );
});

test('what is not limited has no limit, and little reserved', () => {
  const unlimited = { cpuCores: Infinity, memoryBytes: Infinity };
  const room = { burstRoomBytes: 0, maxMemoryBytes: Infinity };
  expect(resourcesOf(shapeOf(unlimited, room))).toEqual({
    requests: { cpu: '100m', memory: String(64 * MIB) },
    limits: {},
  });
});

test('without more reserved, limits stay and requests do not rise', () => {
  const held = { cpuCores: 1, memoryBytes: 64 * MIB };
  const shape = shapeOf({ cpuCores: 0.5, memoryBytes: 128 * MIB }, ROOM);
  const affordable = withoutMoreReserved(shape, held);
  expect(affordable.requests).toEqual({ cpuCores: 0.5, memoryBytes: 64 * MIB });
  expect(affordable.limits).toEqual(shape.limits);
});
