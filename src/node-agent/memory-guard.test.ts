import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitFor } from './memory-guard.ts';

const MIB = 2 ** 20;
const NODE = { totalBytes: 8192 * MIB, availableBytes: 4096 * MIB };
const VIEW = {
  usedBytes: 300 * MIB,
  peakBytes: 300 * MIB,
  limitBytes: 320 * MIB,
  statedBytes: 320 * MIB,
  isOwn: false,
  ceilingBytes: 1024 * MIB,
  node: NODE,
};

test('a limit that is near is raised above what is used, up to what was granted', () => {
  expect(limitFor(VIEW)).toBe(556 * MIB);
  expect(limitFor({ ...VIEW, ceilingBytes: 400 * MIB })).toBe(400 * MIB);
  expect(limitFor({ ...VIEW, ceilingBytes: 320 * MIB })).toBeUndefined();
  expect(limitFor({ ...VIEW, usedBytes: 100 * MIB })).toBeUndefined();
});

test('a raise is taken back when what was used lately is far below what the API states', () => {
  const raised = { ...VIEW, isOwn: true, usedBytes: 100 * MIB, limitBytes: 556 * MIB };
  expect(limitFor(raised)).toBeUndefined();
  expect(limitFor({ ...raised, peakBytes: 100 * MIB })).toBe(320 * MIB);
});

test('what the kubelet has raised is left, though the API does not say so yet', () => {
  const raised = { ...VIEW, usedBytes: 100 * MIB, peakBytes: 100 * MIB, limitBytes: 556 * MIB };
  expect(limitFor(raised)).toBeUndefined();
});

test('whatever it sees, it never goes beyond the grant, nor below what is used, nor empties the node', () => {
  const bytes = fc.integer({ min: 1, max: 16_384 }).map((mib) => mib * MIB);
  const node = fc.record({ totalBytes: bytes, availableBytes: bytes });
  const view = fc.record({
    ...{ usedBytes: bytes, peakBytes: bytes, limitBytes: bytes, statedBytes: bytes },
    ...{ ceilingBytes: bytes, node, isOwn: fc.boolean() },
  });
  fc.assert(
    fc.property(view, (any) => {
      const peakBytes = Math.max(any.peakBytes, any.usedBytes);
      const limitBytes = Math.max(any.limitBytes, any.usedBytes);
      const seen = { ...any, peakBytes, limitBytes };
      const limit = limitFor(seen);
      if (limit === undefined) return;
      expect(limit).toBeGreaterThanOrEqual(seen.usedBytes);
      if (limit <= seen.limitBytes) return;
      expect(limit).toBeLessThanOrEqual(seen.ceilingBytes);
      expect(limit - seen.usedBytes).toBeLessThanOrEqual(seen.node.availableBytes);
    }),
  );
});
