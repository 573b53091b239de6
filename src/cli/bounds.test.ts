import { expect, test } from 'vitest';
import { resolveBounds } from './bounds.ts';

const MIB = 2 ** 20;
const size = (memoryBytes: number) => ({
  cpuCores: 1,
  memoryBytes,
  ingressBitsPerSecond: 1e6,
  egressBitsPerSecond: 1e6,
});
const defaults = { min: size(16 * MIB), max: size(1024 * MIB) };

test('what is not given comes from the defaults', () => {
  const bounds = { min: {}, max: { memoryBytes: 64 * MIB }, initial: {} };
  expect(resolveBounds(bounds, defaults)).toEqual({ min: defaults.min, max: size(64 * MIB) });
});

test('a maximum below the default minimum is refused', () => {
  const bounds = { min: {}, max: { memoryBytes: 8 * MIB }, initial: {} };
  expect(() => resolveBounds(bounds, defaults)).toThrow(
    'Memory: the minimum 16Mi is above the maximum 8Mi. Lower --min-memory or raise --max-memory.',
  );
});

test('a minimum above what the machine has is refused', () => {
  const bounds = { min: { memoryBytes: 2048 * MIB }, max: {}, initial: {} };
  expect(() => resolveBounds(bounds, defaults)).toThrow('the minimum 2Gi is above the maximum 1Gi');
});

test('a first size above what the machine has is refused', () => {
  const bounds = { min: {}, max: {}, initial: { memoryBytes: 2048 * MIB } };
  expect(() => resolveBounds(bounds, defaults)).toThrow('--memory 2Gi is above the maximum 1Gi');
});
