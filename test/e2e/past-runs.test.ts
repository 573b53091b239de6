import { expect } from 'vitest';
import { test, type Box } from './box.ts';

test('a past run is listed, shown, explained, and its output is kept', async ({ box }) => {
  const script = box.program('grow.py');
  const { summary } = await box.run([script, '120']);
  const id = summary?.execution ?? '';
  expect(await read(box, 'ps')).not.toContain(id);
  expect(await read(box, 'ps', '--all')).toMatch(
    new RegExp(`^${id} .*succeeded .*grow.py 120$`, 'm'),
  );
  expect(await read(box, 'show', id)).toContain('grow.py');
  expect(JSON.parse(await read(box, 'show', 'last', '--json'))).toMatchObject({
    execution: id,
    status: 'succeeded',
    summary,
  });
  expect(await read(box, 'logs', id)).toBe('grown 120\n');
  expect(await read(box, 'explain', id)).toMatch(/memory/i);
  const { decisions } = JSON.parse(await read(box, 'explain', id, '--json')) as {
    decisions: readonly unknown[];
  };
  expect(decisions).toHaveLength(summary?.decisions.length ?? -1);
});

test('a running run is seen from another process, with its output so far', async ({ box }) => {
  const script = box.program('waits.py');
  const running = box.start(['run', script]);
  await running.prints('ready');
  const id = (await read(box, 'ps', '--quiet')).trim();
  expect(await read(box, 'ps')).toMatch(new RegExp(`^${id} .*running`, 'm'));
  expect(await read(box, 'show', id)).toContain('running');
  // Output is written to the record a moment later.
  await expect.poll(() => read(box, 'logs', id)).toBe('ready\n');
  expect(await read(box, 'explain', id)).toMatch(/^It began with /);
  running.child.kill('SIGTERM');
  expect(await running.ended).toMatchObject({ exitCode: 143 });
  expect(await read(box, 'ps', '--quiet')).toBe('');
});

test('the two streams of a run are kept apart', async ({ box }) => {
  await box.run(['--quiet', '--', 'sh', '-c', 'echo out; echo err >&2']);
  expect(await read(box, 'logs', 'last', '--stdout')).toBe('out\n');
  expect(await read(box, 'logs', 'last', '--stderr')).toBe('err\n');
});

test('a run that nobody knows is an error that says where to look', async ({ box }) => {
  for (const command of ['show', 'logs', 'explain']) {
    const { exitCode, stderr } = await box.limber([command, 'nothing']);
    expect(exitCode).toBe(66);
    expect(stderr).toBe('limber: No run "nothing" is recorded. `limber ps --all` lists them.\n');
  }
});

async function read(box: Box, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await box.limber(args);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.toString();
}
