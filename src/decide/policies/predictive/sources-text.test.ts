import { expect, test } from 'vitest';
import { emptyCombined } from '#model/forecast.ts';
import { sourcesText } from './sources-text.ts';

test('sources are named with their weights, most first; those that do not count are not', () => {
  const weights = { trend: 0.288, prior: 0, history: 0.002, progress: 0.71 };
  expect(sourcesText({ ...emptyCombined(), weights })).toBe('progress 71 %, trend 29 %');
  expect(sourcesText(emptyCombined())).toBe('trend 100 %');
});
