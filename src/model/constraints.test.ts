import { expect, test } from 'vitest';
import { wakingCoresOf, type Constraints } from './constraints.ts';

const SIZE = { memoryBytes: 1e9, ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };
const RESTING: Constraints = {
  min: { cpuCores: 0.1, ...SIZE },
  max: { cpuCores: 2, ...SIZE },
  priority: 50,
  mode: 'auto',
  restingCores: 0.02,
};

test('who may rest wakes with half a core, within the maximum, unless its size is set', () => {
  expect(wakingCoresOf(RESTING)).toBe(0.5);
  expect(wakingCoresOf({ ...RESTING, max: { cpuCores: 0.3, ...SIZE } })).toBe(0.3);
  expect(wakingCoresOf({ ...RESTING, mode: 'locked' })).toBe(0);
  const { restingCores: _, ...held } = RESTING;
  expect(wakingCoresOf(held)).toBe(0);
});
