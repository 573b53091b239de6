import { expect, test } from 'vitest';
import { configSchema } from '#config/schema.ts';
import { optimize } from './optimize.ts';

const settingsOf = (content: object) => {
  const config = configSchema.parse(content);
  return { written: config.predictive, used: optimize(config.predictive, config.optimize) };
};

test('balanced leaves the settings as they are written', () => {
  const { written, used } = settingsOf({ predictive: { cpuMargin: 1.3 } });
  expect(used).toEqual(written);
});

test('the worked example: at four times the price, windows × 4 and margins × 2', () => {
  const { used } = settingsOf({ optimize: 'speed' });
  expect(used.cpuWindowMs).toBe(1200);
  expect(used.cpuMargin).toBeCloseTo(1.2);
  expect(used.memoryHeadroomBytes).toBe(2 ** 19);
});

test('a resource can have an aim of its own', () => {
  const { written, used } = settingsOf({ optimize: { memory: 'cost' } });
  expect(used.memoryWindowMs).toBe(written.memoryWindowMs / 4);
  expect(used.memoryHeadroomBytes).toBe(written.memoryHeadroomBytes / 2);
  expect(used.cpuMargin).toBe(written.cpuMargin);
});

test('from cost over balanced to speed nothing gets smaller', () => {
  const [cost, balanced, speed] = ['cost', 'balanced', 'speed'].map(
    (aim) => settingsOf({ optimize: aim }).used,
  );
  for (const key of Object.keys(balanced!) as (keyof typeof balanced)[]) {
    expect(cost![key], key).toBeLessThanOrEqual(balanced![key]);
    expect(balanced![key], key).toBeLessThanOrEqual(speed![key]);
  }
});
