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

test.each([
  [0.05, 0.9, 'contended'],
  [0, 1, 'contended'],
  [0.05, 0.1, 'waiting'],
  [0.5, 0.9, 'computing'],
] as const)('%d cores used, %d more wanted: %s', (cpuCoresUsed, wanted, activity) => {
  const sample = { ...emptySample(), cpuCoresUsed };
  const moment = { sinceStartMs: 1000, memoryGrowthBytesPerSecond: 0, cpuCores: 2 };
  expect(activityOf({ sample, ...moment, contendedCores: () => wanted })).toBe(activity);
});
