import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CAPABILITIES } from '../capabilities.ts';
import { test, type Box } from './box.ts';

const MIB = 2 ** 20;
/** The second machine has 2 GiB in all and a slow processor. */
const isSmall = CAPABILITIES['inside-user-mode-linux']();
const GROWN = isSmall ? 240 : 800;
/** How long it is held: less than the patience of relief, on a processor as slow as that. */
const HELD_SECONDS = isSmall ? '1' : '4';

/** What the two controllers take, which start after the node was looked at. */
const CONTROLLERS = 200;

/** A node that is short of memory as soon as half of what the other run is going to take is taken. */
function nearlyFull(box: Box): { env: Record<string, string> } {
  const kilobytes = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'latin1'))![1];
  const lowMemoryBytes = Number(kilobytes) * 1024 - (GROWN / 2 + CONTROLLERS) * MIB;
  const path = box.write('config.json', JSON.stringify({ node: { lowMemoryBytes } }));
  return { env: { LIMBER_CONFIG: join(box.current, path) } };
}

test('when the node runs out of memory, the lower priority stands still until there is some', async ({
  box,
}) => {
  const options = nearlyFull(box);
  const summary = join(box.current, 'low.json');
  const ticks = box.program('ticks.py');
  const low = box.start(['run', '--priority', '10', '--summary', summary, ticks, '80'], options);
  await low.prints('ticking');
  const high = await box.run(
    ['--priority', '90', box.program('grow.py'), String(GROWN), HELD_SECONDS],
    options,
  );
  const { exitCode, stderr } = await low.ended;
  expect([high.exitCode, high.summary?.notes]).toEqual([0, []]);
  expect([exitCode, low.stdout]).toEqual([0, 'ticking\nstood still\n']);
  const { notes } = JSON.parse(readFileSync(summary, 'utf8')) as { notes: { code: string }[] };
  expect(notes.map(({ code }) => code)).toEqual(['node-memory-short', 'node-memory-back']);
  expect(stderr).toContain('Standing still: the node runs out of memory');
});

test('when that does not help, the lowest ends with an outcome that says so', async ({ box }) => {
  const options = nearlyFull(box);
  const summary = join(box.current, 'low.json');
  const ticks = box.program('ticks.py');
  const low = box.start(['run', '--priority', '10', '--summary', summary, ticks, '2000'], options);
  await low.prints('ticking');
  const high = await box.run(
    ['--priority', '90', box.program('grow.py'), String(GROWN), '15'],
    options,
  );
  const { exitCode, stderr } = await low.ended;
  expect([high.exitCode, exitCode]).toEqual([0, 154]);
  expect(JSON.parse(readFileSync(summary, 'utf8'))).toMatchObject({
    outcome: 'node-memory-exhausted',
  });
  expect(stderr).toContain('Ended: the node ran out of memory');
});
