import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from './box.ts';
import { GROWN_MEBIBYTES, nearlyFull } from './nearly-full.ts';

test('when the node runs out of memory, the lower priority stands still until there is some', async ({
  box,
}) => {
  const options = nearlyFull(box);
  const summary = join(box.current, 'low.json');
  const ticks = box.program('ticks.py');
  const low = box.start(['run', '--priority', '10', '--summary', summary, ticks, '80'], options);
  await low.prints('ticking');
  const high = await box.run(
    ['--priority', '90', box.program('grow.py'), String(GROWN_MEBIBYTES), '4'],
    options,
  );
  const { exitCode, stderr } = await low.ended;
  expect([high.exitCode, high.summary?.notes]).toEqual([0, []]);
  expect([exitCode, low.stdout]).toEqual([0, 'ticking\nstood still\n']);
  const { notes } = JSON.parse(readFileSync(summary, 'utf8')) as { notes: { code: string }[] };
  expect(notes.map(({ code }) => code)).toEqual(['node-memory-short', 'node-memory-back']);
  expect(stderr).toContain('Standing still: the node runs out of memory');
});
