import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { Phases } from './phases.ts';

test('the time of a wait that is not read counts for the wait, and all of it adds up', () => {
  const phases = new Phases();
  const at = (atSeconds: number, activity: 'calling' | 'computing', intervalMs: number) => {
    const sample = { ...emptySample(), intervalMs, cpuCoresUsed: activity === 'computing' ? 1 : 0 };
    phases.add({ place: 'job.py:ask:2', activity, score: 1, sample, atSeconds });
  };
  at(1, 'calling', 20);
  at(2, 'calling', 1000);
  // It wakes six seconds later, and what it used it used within the last 20 ms.
  at(8, 'computing', 20);
  const [calling, computing] = phases.totals();
  expect(calling!.seconds).toBeCloseTo(7);
  expect(computing).toMatchObject({ seconds: 0.02, coreSeconds: 0.02 });
});
