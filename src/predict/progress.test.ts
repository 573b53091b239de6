import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { Progress } from './progress.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const LOOK_MS = 50;
const ROUNDS = 20;
const loop = (done: number, total = 1000) => ({ file: 'job.py', firstLine: 3, done, total });

/** One more look at a loop that does 20 rounds between two of them. */
function look(progress: Progress, count: number, bytes: number, bytesPerRound?: number): void {
  const sample = { ...emptySample(), atMs: count * LOOK_MS, cpuUsecTotal: count * LOOK_MS * 1000 };
  progress.observe(
    loop(count * ROUNDS),
    { ...sample, memoryWorkingSetBytes: bytes },
    bytesPerRound,
  );
}

function seen(
  looks: number,
  bytesAt: (done: number) => number,
  { mostBytes = 64 * GIB, bytesPerRound }: { mostBytes?: number; bytesPerRound?: number } = {},
): Progress {
  const progress = new Progress(mostBytes);
  for (let count = 0; count < looks; count++)
    look(progress, count, bytesAt(count * ROUNDS), bytesPerRound);
  return progress;
}

/** At the moment of the last look. */
const forecastOf = (progress: Progress) => progress.forecast(0);
const steady = (done: number) => 10 * MIB + done * 0.1 * MIB;

test('steady growth is carried on to the end of the loop', () => {
  const forecast = forecastOf(seen(11, steady))!;
  expect(forecast.fraction).toBe(0.2);
  expect(forecast.peakBytes.likely / MIB).toBeCloseTo(110);
  expect(forecast.secondsLeft.likely).toBeCloseTo(2);
  expect(forecast.coreSecondsLeft).toBeCloseTo(2);
});

test('a loop that holds what it has: when it ends is told all the same', () => {
  const noise = [0, 0.4, 0.1, 0.3, 0.2, 0.5];
  const forecast = forecastOf(seen(11, (done) => (25 + noise[(done / ROUNDS) % 6]!) * MIB))!;
  expect(forecast.secondsLeft.likely).toBeCloseTo(2);
  expect(forecast.peakBytes.high / MIB).toBeLessThan(28);
});

test('time goes on between two looks', () => {
  const progress = seen(11, steady);
  expect(progress.forecast(10 * LOOK_MS + 500)!.secondsLeft.likely).toBeCloseTo(1.5);
  expect(progress.forecast(10 * LOOK_MS + 9000)!.secondsLeft).toEqual({
    low: 0,
    likely: 0,
    high: 0,
  });
});

test('nothing is said of a few points; what jumps about may do so again', () => {
  expect(forecastOf(seen(4, (done) => done * MIB))).toBeUndefined();
  const jumping = forecastOf(seen(12, (done) => ((done / 20) % 2) * 100 * MIB));
  expect(jumping === undefined || jumping.peakBytes.high > 100 * MIB).toBe(true);
});

test('a loop that is entered again is a new one', () => {
  const progress = seen(11, (done) => done * MIB);
  progress.observe(loop(0), { ...emptySample(), atMs: 1000 });
  expect(forecastOf(progress)).toBeUndefined();
});

test('no more than the run may be given', () => {
  const forecast = forecastOf(seen(11, steady, { mostBytes: 50 * MIB }))!;
  expect(forecast.peakBytes).toEqual({ low: 50 * MIB, likely: 50 * MIB, high: 50 * MIB });
});

test('where a loop keeps to what the code says, its noise does not make it reach further', () => {
  const noisy = (done: number) =>
    steady(done) + [0, 7.5, 1.5, 9, 3, 6, 4.5][(done / ROUNDS) % 7]! * MIB;
  const free = forecastOf(seen(14, noisy))!;
  const said = forecastOf(seen(14, noisy, { bytesPerRound: 0.1 * MIB }))!;
  const most = noisy(260) + 740 * 0.125 * MIB + 10 * MIB;
  expect(free.peakBytes.high).toBeGreaterThan(most);
  expect(said.peakBytes.high).toBeLessThan(most);
  expect(said.peakBytes.likely).toBe(free.peakBytes.likely);
  // It adds ten times what the code tells of: the code does not tell all.
  const more = forecastOf(seen(14, noisy, { bytesPerRound: 0.01 * MIB }))!;
  expect(more.peakBytes).toEqual(free.peakBytes);
});

test('a point that misses silences it, one that fits again brings it back', () => {
  const progress = seen(11, steady);
  look(progress, 11, steady(220) + 40 * MIB);
  expect(forecastOf(progress)).toBeUndefined();
  look(progress, 12, steady(240));
  expect(forecastOf(progress)!.peakBytes.likely / MIB).toBeCloseTo(110, 0);
});

test('growth that has changed is dropped at the next look and told anew when it is a line again', () => {
  const progress = seen(11, steady);
  const faster = (count: number) => steady(200) + (count - 10) * ROUNDS * MIB;
  const told: (number | undefined)[] = [];
  for (let count = 11; count < 18; count++) {
    look(progress, count, faster(count));
    const likely = forecastOf(progress)?.peakBytes.likely;
    told.push(likely === undefined ? undefined : Math.round(likely / MIB));
  }
  // 30 MiB after 200 rounds, and 1 MiB in each of the 800 that are left.
  expect(told).toEqual([undefined, undefined, undefined, undefined, 830, 830, 830]);
});

test('a loop that has slowed down is dropped as well', () => {
  const progress = seen(11, steady);
  const sample = { ...emptySample(), atMs: 10 * LOOK_MS + 2000 };
  progress.observe(loop(220), { ...sample, memoryWorkingSetBytes: steady(220) });
  expect(progress.forecast(sample.atMs)).toBeUndefined();
});

test('a perfect fit is not dropped for the noise that is in any program', () => {
  const progress = seen(11, steady);
  look(progress, 11, steady(220) + 2 * MIB);
  expect(forecastOf(progress)).toBeDefined();
});

test('noise of a tenth moves the peak by less than a fifth; the interval holds what is likely', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
      fc.integer({ min: 1, max: 300 }),
      (noise, most) => {
        const bytesAt = (done: number) =>
          20 * MIB + done * 0.1 * MIB + noise[done / ROUNDS]! * 2 * MIB;
        const forecast = forecastOf(seen(20, bytesAt, { mostBytes: most * MIB }));
        if (forecast === undefined) return;
        const { low, likely, high } = forecast.peakBytes;
        expect(low <= likely && likely <= high && high <= most * MIB).toBe(true);
        const { secondsLeft } = forecast;
        expect(secondsLeft.low <= secondsLeft.likely).toBe(true);
        expect(secondsLeft.likely <= secondsLeft.high).toBe(true);
        expect(Math.abs(likely / MIB - Math.min(most, 120))).toBeLessThan(20);
      },
    ),
  );
});
