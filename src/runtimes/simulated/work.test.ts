import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Allocation } from '#model/allocation.ts';
import { toDemand } from './demand.ts';
import { Work } from './work.ts';

const limits = (cpuCores: number, memoryBytes = 1e9): Allocation => ({
  cpuCores,
  memoryBytes,
  ingressBitsPerSecond: 1e6,
  egressBitsPerSecond: 1e6,
});

/** Ten seconds at one core, growing from 100 to 200 MB. */
const demand = toDemand(
  [
    { atMs: 0, memoryBytes: 100e6, cpuCores: 1, interval: 0 },
    { atMs: 5000, memoryBytes: 150e6, cpuCores: 1, interval: 1 },
    { atMs: 10_000, memoryBytes: 200e6, cpuCores: 1, interval: 1 },
  ],
  2,
);

test('with enough of everything it takes as long as its demand', () => {
  const work = new Work(demand, 1000);
  work.advance(60_000, limits(2));
  expect(work.progress.endedMs).toBeCloseTo(11_000, 3);
  expect(work.progress.cpuUsec).toBeCloseTo(10e6, 0);
  expect(work.progress.throttledMs).toBe(0);
  expect(work.progress.usedByteMs).toBeCloseTo(150e6 * 10_000, -3);
});

test('with half of the CPU it takes twice as long and does the same work', () => {
  const work = new Work(demand, 0);
  work.advance(60_000, limits(0.5));
  expect(work.progress.endedMs).toBeCloseTo(20_000, 3);
  expect(work.progress.cpuUsec).toBeCloseTo(10e6, 0);
  expect(work.progress.throttledMs).toBeCloseTo(20_000, 3);
  // Half a core was wanted and not given, for 20 seconds.
  expect(work.progress.throttledUsec).toBeCloseTo(10e6, 0);
});

test('at its memory limit it stands still, and goes on when the limit is raised', () => {
  const work = new Work(demand, 0);
  work.advance(7000, limits(1, 150e6));
  expect(work.progress.isStalled).toBe(true);
  expect(work.progress.stalledMs).toBeCloseTo(2000, 3);
  expect(work.progress.memoryBytes).toBeCloseTo(150e6, -2);
  expect(work.progress.cpuUsec).toBeCloseTo(5e6, 0);
  work.advance(60_000, limits(1));
  expect(work.progress.endedMs).toBeCloseTo(12_000, 3);
  expect(work.progress.intervalsOver).toBe(1);
});

test('with half of the rate it transfers half as fast and the queue is full', () => {
  const download = toDemand(
    [
      { atMs: 0, memoryBytes: 1, cpuCores: 0.1, ingressBitsPerSecond: 2e6, interval: 0 },
      { atMs: 1000, memoryBytes: 1, cpuCores: 0.1, interval: 0 },
    ],
    1,
  );
  const work = new Work(download, 0);
  work.advance(1000, limits(1));
  expect(work.progress.ingressBytes).toBeCloseTo(125_000, 0);
  expect(work.progress.ingressBacklogBytes).toBeCloseTo(12_500, 0);
  work.advance(60_000, limits(1));
  expect(work.progress.endedMs).toBeCloseTo(2000, 3);
});

const knots = fc.array(
  fc.record({
    spanMs: fc.double({ min: 0.1, max: 5000, noNaN: true }),
    memoryBytes: fc.integer({ min: 1e6, max: 1e9 }),
    cpuCores: fc.double({ min: 0, max: 8, noNaN: true }),
  }),
  { minLength: 2, maxLength: 20 },
);

test('it makes no difference in how many steps time passes', () => {
  fc.assert(
    fc.property(
      knots,
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0.05, max: 8, noNaN: true }),
      fc.integer({ min: 1e6, max: 1e9 }),
      (spans, steps, cores, bytes) => {
        let atMs = 0;
        const program = toDemand(
          spans.map((span, interval) => ({
            ...span,
            interval,
            atMs: (atMs += span.spanMs) - spans[0]!.spanMs,
          })),
          spans.length,
        );
        const [once, often] = [new Work(program, 0), new Work(program, 0)];
        let nowMs = 0;
        for (const step of steps) often.advance((nowMs += step), limits(cores, bytes));
        once.advance(nowMs, limits(cores, bytes));
        for (const key of ['positionMs', 'cpuUsec', 'stalledMs', 'throttledMs'] as const)
          expect(Math.abs(often.progress[key] - once.progress[key])).toBeLessThan(
            1 + 1e-6 * once.progress[key],
          );
        expect(often.progress.intervalsOver).toBe(once.progress.intervalsOver);
      },
    ),
  );
});
