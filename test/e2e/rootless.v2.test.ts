import { chownSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { requires, type Capability } from '../capabilities.ts';
import { test, type Box, type BoxOptions } from './box.ts';

const NEEDS: readonly Capability[] = ['inside-user-mode-linux', 'cgroup-v2'];
const AS_USER = resolve(import.meta.dirname, '..', 'uml', 'as-user.sh');
const UID = 4242;
const MIB = 2 ** 20;

test('an ordinary user with a delegated subtree has runs resized as root has', async ({
  box,
  skip,
}) => {
  requires({ skip }, ...NEEDS);
  const args = ['--memory', '32Mi', '--max-memory', '512Mi', box.program('grow.py'), '100'];
  const { exitCode, stdout, stderr, summary } = await box.run(args, asUser(box));
  expect([exitCode, stdout.toString()]).toEqual([0, 'grown 100\n']);
  expect(stderr).not.toContain('Watching only');
  expect(summary).toMatchObject({ outcome: 'succeeded', mode: 'enforce', cgroupVersion: 2 });
  expect(summary?.resizes.memory).toBeGreaterThan(0);
  expect(summary?.memory.peakBytes).toBeGreaterThan(100 * MIB);
  expect(controllersOf(`/sys/fs/cgroup/user.slice`)).toEqual([]);
});

test('its --max-memory binds', async ({ box, skip }) => {
  requires({ skip }, ...NEEDS);
  const args = ['--max-memory', '80Mi', box.program('grow.py'), '200'];
  const { exitCode, summary } = await box.run(args, asUser(box));
  expect(exitCode).toBe(137);
  expect(summary).toMatchObject({ outcome: 'memory-exhausted', mode: 'enforce' });
  expect(summary?.memory.peakBytes).toBeLessThanOrEqual(80 * MIB);
});

test('an ordinary user without a delegated subtree is told how to get one', async ({
  box,
  skip,
}) => {
  requires({ skip }, ...NEEDS);
  const { through: _, ...options } = asUser(box);
  const { exitCode, stdout, stderr, summary } = await box.run(['--', 'id', '-un'], {
    ...options,
    through: (limber) => ['setpriv', `--reuid=${UID}`, '--clear-groups', '--', ...limber],
  });
  expect([exitCode, stdout.toString()]).toEqual([0, 'limber\n']);
  expect(stderr).toMatch(
    /^limber: Watching only, resizing nothing: .* delegated .*systemd-run --user/,
  );
  expect(summary).toMatchObject({ mode: 'observe', cgroupVersion: null });
});

function asUser(box: Box): BoxOptions {
  chownSync(box.folder, UID, UID);
  chownSync(box.current, UID, UID);
  return { through: (limber) => [AS_USER, ...limber] };
}

/** Folders of controllers, in which instances are, anywhere below. */
function controllersOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory() && /^c\d+-\d+$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
}
