import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { Progress } from './progress.ts';

const MIB = 2 ** 20;
const loop = (done: number, total = 1000) => ({ file: 'job.py', firstLine: 3, done, total });

/** A loop that was seen at `count` moments 50 ms apart, `perLook` rounds further each time. */
function seen(count: number, bytesAt: (done: number) => number, perLook = 20): Progress {
  const progress = new Progress();
  for (let look = 0; look < count; look++) {
    const done = look * perLook;
    const sample = { ...emptySample(), atMs: look * 50, cpuUsecTotal: look * 50_000 };
    progress.observe(loop(done), { ...sample, memoryWorkingSetBytes: bytesAt(done) });
  }
  return progress;
}

test('steady growth is carried on to the end of the loop', () => {
  const forecast = seen(11, (done) => 10 * MIB + done * 0.1 * MIB).forecast()!;
  expect(forecast.fraction).toBe(0.2);
  expect(forecast.peakBytes.likely / MIB).toBeCloseTo(110);
  expect(forecast.secondsLeft.likely).toBeCloseTo(2);
  expect(forecast.coreSecondsLeft).toBeCloseTo(2);
});

test('nothing is said of a few points; what jumps about may do so again', () => {
  expect(seen(4, (done) => done * MIB).forecast()).toBeUndefined();
  const jumping = seen(12, (done) => ((done / 20) % 2) * 100 * MIB).forecast();
  expect(jumping === undefined || jumping.peakBytes.high > 100 * MIB).toBe(true);
});

test('a loop that is entered again is a new one', () => {
  const progress = seen(11, (done) => done * MIB);
  progress.observe(loop(0), { ...emptySample(), atMs: 1000 });
  expect(progress.forecast()).toBeUndefined();
});

test('noise of a tenth moves the peak by less than a fifth', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
      (noise) => {
        const forecast = seen(
          20,
          (done) => done * 0.1 * MIB + noise[done / 20]! * 2 * MIB,
        ).forecast();
        if (forecast === undefined) return;
        expect(Math.abs(forecast.peakBytes.likely / MIB - 100)).toBeLessThan(20);
      },
    ),
  );
});
