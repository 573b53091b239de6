import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { activityOf } from './activity.ts';

test.each([
  [0.4, 2, 'computing'],
  [0.2, 2, 'waiting'],
  // All that it may use.
  [0.2, 0.2, 'computing'],
  [0.01, 0.1, 'waiting'],
] as const)('%d cores used of %d: %s', (cpuCoresUsed, cpuCores, activity) => {
  const sample = { ...emptySample(), cpuCoresUsed };
  const moment = { sinceStartMs: 1000, memoryGrowthBytesPerSecond: 0 };
  expect(activityOf({ sample, cpuCores, ...moment })).toBe(activity);
});
