import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { Places } from './places.ts';

test('throttling that the kernel tells all at once is not believed to be threads', () => {
  const places = new Places([]);
  const sample = { ...emptySample(), intervalMs: 50, cpuCoresUsed: 0.1 };
  places.move('job.py:think:3', sample, 0);
  places.observe({ ...sample, cpuCoresThrottled: 4 });
  places.end(sample, 100);
  expect(places.visits()[0]!.visits[0]!.cpuCores).toBeCloseTo(1.1);
});
