import { expect, test } from 'vitest';
import { beginningOf, withPeak } from './peak.ts';

const NOW = Date.parse('2026-11-28T00:00:00Z');
const HOUR = 3_600_000;
const MIB = 2 ** 20;

test('a peak is kept as it is until something higher is seen', () => {
  const first = withPeak(undefined, { cpu: '500m', memory: '300Mi' }, NOW);
  expect(first).toEqual({ cpu: '500m', memory: '300Mi', time: new Date(NOW).toISOString() });
  expect(withPeak(first, { cpu: '100m', memory: '200Mi' }, NOW + HOUR)).toBe(first);
  const higher = withPeak(first, { cpu: '100m', memory: '400Mi' }, NOW);
  expect(higher).toMatchObject({ cpu: '500m', memory: '400Mi' });
});

test('what a day ago was needed counts half, whenever it was looked at', () => {
  const first = withPeak(undefined, { cpu: '2', memory: '1024Mi' }, NOW);
  const target = { cpu: '50m', memory: '64Mi' };
  const recommended = { containerName: 'app', target, peak: first };
  const after = beginningOf(recommended, NOW + 24 * HOUR);
  expect(after).toEqual({ cpuCores: 1, memoryBytes: 512 * MIB });
  const folded = withPeak(first, { cpu: '1500m', memory: '64Mi' }, NOW + 24 * HOUR);
  const later = beginningOf({ ...recommended, peak: folded }, NOW + 48 * HOUR);
  expect(later).toEqual({ cpuCores: 0.75, memoryBytes: 256 * MIB });
});

test('a new container begins with no less than the others need now', () => {
  const peak = { cpu: '10m', memory: '16Mi', time: new Date(NOW).toISOString() };
  const target = { cpu: '300m', memory: '80Mi' };
  expect(beginningOf({ containerName: 'app', target, peak }, NOW)).toEqual({
    cpuCores: 0.3,
    memoryBytes: 80 * MIB,
  });
  expect(beginningOf({ containerName: 'app', target }, NOW).cpuCores).toBe(0.3);
});
