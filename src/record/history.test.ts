import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunSummary } from '#model/summary.ts';
import { aPoint, aSummary } from '../../test/fixtures/record/run.ts';
import { openStore, type Store } from './store.ts';

const MIB = 2 ** 20;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 1);

let folder: string;
let store: Store;
let runs = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-history-'));
  store = openStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

type Run = { peakMiB: number; daysAgo?: number; fingerprint?: string } & Partial<RunSummary>;

/** A run of two seconds that reaches its peak at the end. */
function ran({ peakMiB, daysAgo = 0, fingerprint = 'exact', ...summary }: Run): void {
  const timeline = Array.from({ length: 20 }, (_, index) =>
    aPoint({
      atSeconds: (index + 1) / 10,
      cpuCoresUsed: index < 10 ? 0.25 : 1,
      memoryWorkingSetBytes: index === 19 ? peakMiB * MIB : 10 * MIB,
      egressBitsPerSecond: index * 1e6,
    }),
  );
  store.learn({
    summary: aSummary({ execution: `run${runs++}`, ...summary }),
    timeline,
    submission: { fingerprint, normalizedFingerprint: 'shape' },
    atMs: NOW_MS - daysAgo * DAY_MS,
  });
}

function known(fingerprint = 'exact', normalizedFingerprint = 'shape') {
  return store.historyOf({ fingerprint, normalizedFingerprint, nowMs: NOW_MS });
}

test('code that never ran has no history', () => {
  expect(known()).toBeUndefined();
});

test('one run gives its quantiles, its start and its course', () => {
  ran({ peakMiB: 500 });
  expect(known()).toMatchObject({
    runs: 1,
    weight: 1,
    exact: true,
    peakMemoryBytes: { p50: 500 * MIB, p95: 500 * MIB, max: 500 * MIB, atLeast: false },
    cpuCores: { p95: 1 },
    durationSeconds: { p50: 2 },
    startMemoryBytes: { p95: 10 * MIB, atLeast: false },
    startCpuCores: { p50: 0.25 },
    egressBitsPerSecond: { max: 19e6, atLeast: true },
    ingressBitsPerSecond: { max: 0, atLeast: false },
  });
  const { course } = known()!;
  expect(course).toHaveLength(10);
  expect(course[0]).toEqual({ cpuCores: 0.25, memoryWorkingSetBytes: 10 * MIB });
  expect(course[9]).toEqual({ cpuCores: 1, memoryWorkingSetBytes: 500 * MIB });
});

test('the very same code is preferred to code of the same shape', () => {
  ran({ peakMiB: 900, fingerprint: 'other' });
  expect(known()).toMatchObject({ exact: false, peakMemoryBytes: { p50: 900 * MIB } });
  ran({ peakMiB: 100 });
  expect(known()).toMatchObject({ exact: true, runs: 1, peakMemoryBytes: { p50: 100 * MIB } });
  expect(known('new', 'unlike')).toBeUndefined();
});

test('a run that hit its memory maximum counts as "at least"', () => {
  ran({ peakMiB: 64, outcome: 'memory-exhausted' });
  expect(known()!.peakMemoryBytes).toMatchObject({ p50: 64 * MIB, atLeast: true });
  ran({ peakMiB: 300 });
  expect(known()!.peakMemoryBytes).toEqual({
    p50: 300 * MIB,
    p95: 300 * MIB,
    max: 300 * MIB,
    atLeast: false,
  });
});

test('a heavily throttled run counts as "at least" for CPU alone', () => {
  const cpu = { usedCoreSeconds: 1, reservedCoreSeconds: 1, throttledSeconds: 1 };
  ran({ peakMiB: 64, cpu });
  expect(known()).toMatchObject({
    cpuCores: { atLeast: true },
    peakMemoryBytes: { atLeast: false },
  });
});

test('simulated and lost runs teach nothing', () => {
  ran({ peakMiB: 64, runtime: 'simulated' });
  ran({ peakMiB: 64, outcome: 'lost' });
  expect(known()).toBeUndefined();
});

test('old runs give way to new ones', () => {
  for (let run = 0; run < 3; run++) ran({ peakMiB: 800, daysAgo: 60 });
  ran({ peakMiB: 100, daysAgo: 0 });
  ran({ peakMiB: 100, daysAgo: 1 });
  expect(known()!.peakMemoryBytes.p50).toBe(100 * MIB);
  expect(known()!.runs).toBe(5);
  expect(known()!.weight).toBeLessThan(2.1);
});

test('twenty runs are kept, and none for longer than half a year', () => {
  for (let run = 0; run < 25; run++) ran({ peakMiB: run + 1, daysAgo: 300 - run });
  expect(known()).toMatchObject({ runs: 20, peakMemoryBytes: { max: 25 * MIB } });
  store.prune({ keepRuns: 1, keepDays: 1, nowMs: NOW_MS });
  expect(known()).toBeUndefined();
});
