import { expect } from 'vitest';
import { test } from './box.ts';
import { lowBesideHigh } from './nearly-full.ts';

test('when the node runs out of memory, the lower priority stands still until there is some', async ({
  box,
}) => {
  // The other one may take 6 s to fill what makes the node short.
  const { low, high } = await lowBesideHigh(box, { ticks: 300, heldSeconds: 4 });
  expect([high.exitCode, high.summary?.notes]).toEqual([0, []]);
  expect([low.exitCode, low.stdout]).toEqual([0, 'ticking\nstood still\n']);
  const codes = low.summary.notes.map(({ code }) => code);
  expect(codes).toEqual(['node-memory-short', 'node-memory-back']);
  expect(low.stderr).toContain('Standing still: the node runs out of memory');
});
