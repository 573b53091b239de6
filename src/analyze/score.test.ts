import { expect, test } from 'vitest';
import { configSchema } from '#config/schema.ts';
import { SCORE_WEIGHTS } from './score.ts';

test('the configured weights are those of the score', () => {
  expect(configSchema.parse({}).complexity.weights).toEqual(SCORE_WEIGHTS);
});
