import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunSummary } from '#model/summary.ts';
import { aDecision, anAllocation, aPoint, aSummary } from '../../../test/fixtures/record/run.ts';
import { openStore, type Store } from '../store.ts';
import type { Lesson } from './history.ts';

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

type Run = { peakMiB: number; daysAgo?: number; fingerprint?: string } & Partial<RunSummary> &
  Pick<Lesson, 'features' | 'places'>;

/** Sketches are right within 1 %. */
function about(value: number): unknown {
  return expect.closeTo(value, -Math.log10(value * 0.025));
}

/** A run of two seconds that reaches its peak at the end. */
function ran({
  peakMiB,
  daysAgo = 0,
  fingerprint = 'exact',
  features,
  places,
  ...summary
}: Run): void {
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
    ...(features && { features }),
    ...(places && { places }),
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
    relation: 'same',
    peakMemoryBytes: {
      p50: about(500 * MIB),
      p95: about(500 * MIB),
      max: about(500 * MIB),
      atLeast: false,
    },
    cpuCores: { p95: about(1) },
    durationSeconds: { p50: about(2) },
    startMemoryBytes: { p95: about(10 * MIB), atLeast: false },
    startCpuCores: { p50: about(0.25) },
    egressBitsPerSecond: { max: about(19e6), atLeast: true },
    ingressBitsPerSecond: { max: 0, atLeast: false },
  });
  const { course } = known()!;
  expect(course).toHaveLength(10);
  expect(course[0]).toEqual({ cpuCores: 0.25, memoryWorkingSetBytes: 10 * MIB });
  expect(course[9]).toEqual({ cpuCores: 1, memoryWorkingSetBytes: 500 * MIB });
});

test('the very same code is preferred to code of the same shape', () => {
  ran({ peakMiB: 900, fingerprint: 'other' });
  expect(known()).toMatchObject({ relation: 'shape', peakMemoryBytes: { p50: about(900 * MIB) } });
  ran({ peakMiB: 100 });
  expect(known()).toMatchObject({
    relation: 'same',
    runs: 1,
    peakMemoryBytes: { p50: about(100 * MIB) },
  });
  expect(known('new', 'unlike')).toBeUndefined();
});

test('a run that hit its memory maximum counts as "at least"', () => {
  ran({ peakMiB: 64, outcome: 'memory-exhausted' });
  expect(known()!.peakMemoryBytes).toMatchObject({ p50: about(64 * MIB), atLeast: true });
  ran({ peakMiB: 300 });
  expect(known()!.peakMemoryBytes).toEqual({
    p50: about(300 * MIB),
    p95: about(300 * MIB),
    max: about(300 * MIB),
    atLeast: false,
  });
});

test('what a short program held between two kept readings is learned from its summary', () => {
  const { memory } = aSummary();
  const between = { memory: { ...memory, peakWorkingSetBytes: 200 * MIB } };
  ran({ peakMiB: 30, ...between, wallSeconds: 0.3 });
  expect(known()).toMatchObject({
    peakMemoryBytes: { max: about(200 * MIB) },
    startMemoryBytes: { p95: about(200 * MIB) },
  });
  ran({ peakMiB: 30, ...between, fingerprint: 'longer' });
  expect(known('longer')).toMatchObject({
    peakMemoryBytes: { max: about(200 * MIB) },
    startMemoryBytes: { p95: about(10 * MIB) },
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
  expect(known()!.peakMemoryBytes.p50).toEqual(about(100 * MIB));
  expect(known()!.runs).toBe(5);
  expect(known()!.weight).toBeLessThan(2.1);
});

test('many runs take no more room than a few, and nothing is kept for longer than half a year', () => {
  for (let run = 0; run < 100; run++) ran({ peakMiB: (run % 50) + 1, daysAgo: 300 - run });
  expect(known()).toMatchObject({ runs: 100, peakMemoryBytes: { max: about(50 * MIB) } });
  expect(known()!.weight).toBeLessThan(10);
  store.prune({ keepRuns: 1, keepDays: 1, nowMs: NOW_MS });
  expect(known()).toBeUndefined();
});

test('what a policy made up never enters history, however large it was', () => {
  const bytes = fc.integer({ min: 16 * MIB, max: 64 * 2 ** 30 });
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 20, maxLength: 20 }), bytes, (allocated, bumped) => {
      const fingerprint = `made-up-${runs}`;
      const timeline = allocated.map((memoryBytes, index) =>
        aPoint({
          atSeconds: (index + 1) / 10,
          memoryWorkingSetBytes: 60 * MIB,
          memoryStalled: true,
          allocation: { ...anAllocation, memoryBytes },
        }),
      );
      const to = { ...anAllocation, memoryBytes: bumped };
      const reasons = [{ ...aDecision.reasons[0]!, signal: 'memory.stalled', value: bumped }];
      const decisions = [
        { atSeconds: 1, from: anAllocation, to, state: 'applied', reasons },
      ] as const;
      store.learn({
        summary: aSummary({ execution: `run${runs++}`, outcome: 'memory-exhausted', decisions }),
        timeline,
        submission: { fingerprint, normalizedFingerprint: fingerprint },
        atMs: NOW_MS,
      });
      // The run wanted more than it used: at least that much, and no figure for the rest.
      const { peakMemoryBytes } = known(fingerprint, fingerprint)!;
      expect(peakMemoryBytes).toMatchObject({ max: about(60 * MIB), atLeast: true });
    }),
    { numRuns: 25 },
  );
});

const VISIT = { cpuCores: 1, grownBytes: 0, ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };

test('places are learned by run, and fade when no run comes there any more', () => {
  const visit = (key: string, durationMs: number) =>
    ran({
      peakMiB: 50,
      places: [
        { key, visits: Array(5).fill({ ...VISIT, durationMs }), next: { 'job.py:next:9': 2 } },
      ],
    });
  visit('job.py:old:1', 100);
  for (let run = 0; run < 9; run++) visit('job.py:new:2', run === 8 ? 900 : 300);
  const [newer, older] = known()!.places;
  expect([newer?.key, older?.key]).toEqual(['job.py:new:2', 'job.py:old:1']);
  // Two visits of each run led on, and count less with each run since: 2 · (1 + 0.9 + … + 0.9⁸).
  expect(newer?.durationsMs).toHaveLength(12);
  expect(older?.durationsMs).toHaveLength(1);
  expect(newer?.durationsMs.at(0)).toEqual(about(300));
  expect(newer?.durationsMs.at(-1)).toEqual(about(900));
  expect(older?.next['job.py:next:9']).toBeCloseTo(2 * 0.9 ** 9);
});

test('code that never ran is known by the most similar code, with more doubt the less similar', () => {
  ran({ peakMiB: 100, fingerprint: 'near', features: [1, 0.3] });
  ran({ peakMiB: 900, fingerprint: 'far', features: [1, 3] });
  const at = (features: readonly number[]) =>
    store.historyOf({ fingerprint: 'x', normalizedFingerprint: 'y', features, nowMs: NOW_MS });
  expect(at([1, 0])).toMatchObject({
    relation: 'similar',
    distance: expect.closeTo(0.3, 6),
    weight: expect.closeTo(Math.exp(-0.09), 6),
    peakMemoryBytes: { p50: about(100 * MIB), p95: about(130 * MIB) },
    places: [],
  });
  expect(at([9, 9])).toBeUndefined();
  expect(at([1])).toBeUndefined();
});
