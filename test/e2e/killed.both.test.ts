import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { test, type Box } from './box.ts';
import type { Limber } from './limber.ts';

test('what kill -9 leaves is cleaned up by the next command, which says so', async ({ box }) => {
  const { running, id } = await startAndKill(box, []);
  const next = await box.limber(['run', '--quiet', '--', 'echo', 'next']);
  expect([next.exitCode, next.stdout.toString()]).toEqual([0, 'next\n']);
  expect(next.stderr).toBe(
    `limber: Cleaned up run ${id}, whose controller (process ${running.child.pid}) ended without releasing it.\n`,
  );
  expect(await read(box, 'ps', '--all')).toMatch(new RegExp(`^${id} .*lost`, 'm'));
  expect(await read(box, 'show', id)).toContain('lost');
  expect(await read(box, 'logs', id)).toBe('ready\n');
  const again = await box.limber(['run', '--quiet', '--', 'true']);
  expect(again.stderr).toBe('');
});

test('limber gc cleans up as well, and --dry-run only says what', async ({ box }) => {
  const { running, id } = await startAndKill(box, []);
  const would = `would clean up run ${id} of process ${running.child.pid}, which is gone\n`;
  expect(await read(box, 'gc', '--dry-run')).toBe(would);
  expect(existsSync(`/run/limber/instances/${id}`)).toBe(true);
  expect(await read(box, 'gc')).toBe(would.replace('would clean', 'cleaned'));
  expect(existsSync(`/run/limber/instances/${id}`)).toBe(false);
  expect(existsSync(`/run/limber/control/${id}`)).toBe(false);
  expect(await read(box, 'gc')).toBe('Nothing to clean up.\n');
});

async function startAndKill(
  box: Box,
  args: readonly string[],
): Promise<{ running: Limber; id: string }> {
  const running = box.start(['run', ...args, box.program('waits.py')]);
  await running.prints('ready');
  const id = (await read(box, 'ps', '--quiet')).trim();
  // Output is written to the record a moment later.
  await expect.poll(() => read(box, 'logs', id), { timeout: 30_000 }).toBe('ready\n');
  running.child.kill('SIGKILL');
  await running.ended;
  return { running, id };
}

async function read(box: Box, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await box.limber(args);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.toString();
}
