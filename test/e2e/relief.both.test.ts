import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from './box.ts';
import { GROWN_MEBIBYTES, nearlyFull } from './nearly-full.ts';

test('when that does not help, the lowest ends with an outcome that says so', async ({ box }) => {
  const options = nearlyFull(box);
  const summary = join(box.current, 'low.json');
  const ticks = box.program('ticks.py');
  const low = box.start(['run', '--priority', '10', '--summary', summary, ticks, '2000'], options);
  await low.prints('ticking');
  const high = await box.run(
    ['--priority', '90', box.program('grow.py'), String(GROWN_MEBIBYTES), '15'],
    options,
  );
  const { exitCode, stderr } = await low.ended;
  expect([high.exitCode, exitCode]).toEqual([0, 154]);
  expect(JSON.parse(readFileSync(summary, 'utf8'))).toMatchObject({
    outcome: 'node-memory-exhausted',
  });
  expect(stderr).toContain('Ended: the node ran out of memory');
});
