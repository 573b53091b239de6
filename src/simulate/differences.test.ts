import { expect, test } from 'vitest';
import type { Allocation } from '#model/allocation.ts';
import { differences } from './differences.ts';

const step = (atSeconds: number, cpuCores: number, memoryBytes = 100) => ({
  atSeconds,
  allocation: {
    cpuCores,
    memoryBytes,
    ingressBitsPerSecond: 1,
    egressBitsPerSecond: 1,
  } satisfies Allocation,
});

test('a stretch in which one was allowed more', () => {
  const first = [step(0, 1), step(10, 1)];
  const second = [step(0, 1), step(3, 2), step(5, 1.05), step(10, 1.05)];
  expect(differences(first, second)).toEqual([
    { key: 'cpuCores', fromSeconds: 3, toSeconds: 5, first: 1, second: 2 },
  ]);
});

test('more and then less are two, the larger first', () => {
  const first = [step(0, 1), step(10, 1)];
  const second = [step(0, 2), step(1, 0.5), step(10, 0.5)];
  expect(differences(first, second)).toEqual([
    { key: 'cpuCores', fromSeconds: 1, toSeconds: 10, first: 1, second: 0.5 },
    { key: 'cpuCores', fromSeconds: 0, toSeconds: 1, first: 1, second: 2 },
  ]);
});

test('after the end of the shorter one nothing is compared', () => {
  expect(differences([step(0, 1), step(5, 1)], [step(0, 1), step(5, 9), step(50, 9)])).toEqual([]);
});
