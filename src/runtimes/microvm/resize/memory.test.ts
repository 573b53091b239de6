import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Machine } from '../vmm/types.ts';
import { memoryLayout, pluggedFor } from './layout.ts';
import { GuestMemory } from './memory.ts';

const MIB = 2 ** 20;
const layout = memoryLayout(1024 * MIB);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(initialBytes = 64 * MIB, burstRoomBytes = 0) {
  const asked: number[] = [];
  const limits: number[] = [];
  let arrive: (bytes: number) => void = () => {};
  const machine: Pick<Machine, 'setPlugged' | 'onPlugged'> = {
    setPlugged: async (bytes) => void asked.push(bytes),
    onPlugged: (receive) => (arrive = receive),
  };
  const memory = new GuestMemory({
    machine,
    layout,
    initialBytes,
    burstRoomBytes,
    maxBytes: 1024 * MIB,
    pluggedBytes: 0,
    limit: (bytes) => void limits.push(bytes),
  });
  return { memory, asked, limits, arrive: (bytes: number) => arrive(bytes) };
}

test('within what is there a size is in force at once', () => {
  const { memory, asked, limits } = open();
  expect(memory.resize(32 * MIB)).toEqual({ state: 'applied' });
  expect(asked).toEqual([]);
  expect(limits.at(-1)).toBe(32 * MIB);
  expect(memory.allocatedBytes()).toBe(32 * MIB);
});

test('the program gets what has arrived, and the rest when it comes', async () => {
  const { memory, asked, limits, arrive } = open();
  const outcome = memory.resize(200 * MIB);
  expect(asked).toEqual([136 * MIB]);
  expect(memory.allocatedBytes()).toBe(64 * MIB);
  arrive(64 * MIB);
  expect(limits.at(-1)).toBe(128 * MIB);
  arrive(136 * MIB);
  expect(await outcome).toEqual({ state: 'applied' });
  expect(memory.allocatedBytes()).toBe(200 * MIB);
});

test('what a guest does not give back stays allocated, and is open to the program', async () => {
  const { memory, limits, arrive } = open();
  const grown = memory.resize(200 * MIB);
  arrive(136 * MIB);
  await grown;
  const shrunk = memory.resize(64 * MIB);
  expect(limits.at(-1)).toBe(64 * MIB);
  arrive(100 * MIB);
  vi.advanceTimersByTime(60_000);
  expect(await shrunk).toMatchObject({ state: 'refused' });
  expect(memory.allocatedBytes()).toBe(164 * MIB);
  expect(limits.at(-1)).toBe(164 * MIB);
});

test('a newer size takes the place of one on its way', async () => {
  const { memory, asked, arrive } = open();
  const first = memory.resize(200 * MIB);
  const second = memory.resize(128 * MIB);
  expect(await first).toMatchObject({ state: 'converging' });
  expect(asked).toEqual([136 * MIB, 64 * MIB]);
  arrive(64 * MIB);
  expect(await second).toEqual({ state: 'applied' });
});

test('the burst room is plugged in with what is allocated', () => {
  const { memory, asked } = open(64 * MIB, 128 * MIB);
  void memory.resize(64 * MIB);
  expect(asked).toEqual([128 * MIB]);
  expect(pluggedFor(layout, 2 ** 40)).toBe(layout.mostPluggedBytes);
});
