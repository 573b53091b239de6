import { expect, test } from 'vitest';
import { deepFreeze } from '#config/deep-freeze.ts';
import { configSchema } from '#config/schema.ts';
import { LiveSettings } from './live-settings.ts';

const fresh = (content: object = {}) => new LiveSettings(deepFreeze(configSchema.parse(content)));

test('a change reaches whoever holds the settings already', () => {
  const settings = fresh();
  const { predictive, thresholds, factors } = settings.policy;
  settings.change({
    'predictive.cpuMargin': '1.3',
    'predictive.cpuWindowMs': '200ms',
    'thresholds.highCpu': '0.7',
    'factors.memoryBytes': '32Mi',
  });
  expect(predictive).toMatchObject({ cpuMargin: 1.3, cpuWindowMs: 200 });
  expect([thresholds.highCpu, factors.memoryBytes]).toEqual([0.7, 32 * 2 ** 20]);
});

test('an aim can be changed, for all resources or for one, and does not add up', () => {
  const settings = fresh();
  settings.change({ optimize: 'speed' });
  settings.change({ optimize: 'speed' });
  expect(settings.policy.predictive.cpuWindowMs).toBe(1200);
  settings.change({ 'optimize.cpu': 'cost' });
  expect(settings.policy.predictive).toMatchObject({ cpuWindowMs: 75, memoryWindowMs: 4000 });
});

test('settings of a policy of the user are taken as they come', () => {
  const settings = fresh({ policySettings: { share: 0.5 } });
  const { policySettings } = settings.policy;
  settings.change({ 'policySettings.share': '0.2', 'policySettings.eager': 'true' });
  expect(policySettings).toEqual({ share: 0.2, eager: true });
});

test.each([
  [{ 'predictive.cpuMargin': '0.5' }, 'predictive.cpuMargin: expected a number of at least 1'],
  [{ 'predictive.cpuMargins': '2' }, 'unknown key predictive.cpuMargins'],
  [{ 'node.cpuRatio': '2' }, 'unknown key node.cpuRatio; these can be changed'],
  [{ optimize: 'fast' }, 'optimize'],
  [{ '__proto__.polluted': '1' }, 'unknown key __proto__.polluted'],
])('%j is refused, and nothing of it applies', (changes, problem) => {
  const settings = fresh();
  const before = structuredClone(settings.policy);
  expect(() => settings.change({ 'thresholds.highCpu': '0.1', ...changes })).toThrow(problem);
  expect(settings.policy).toEqual(before);
});
