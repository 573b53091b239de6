import { expect } from 'vitest';
import { test } from './box.ts';
import { lowBesideHigh } from './nearly-full.ts';

test('when that does not help, the lowest ends with an outcome that says so', async ({ box }) => {
  const { low, high } = await lowBesideHigh(box, { ticks: 2000, heldSeconds: 15 });
  expect([high.exitCode, low.exitCode]).toEqual([0, 154]);
  expect(low.summary).toMatchObject({ outcome: 'node-memory-exhausted' });
  expect(low.stderr).toContain('Ended: the node ran out of memory');
});
