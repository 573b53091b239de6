import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from './box.ts';

test('a full disk under the store does not stop the program', async ({ box }) => {
  mkdirSync(box.home);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', box.home]);
  try {
    const script = 'head -c 3000000 /dev/zero; sleep 2; echo end >&2; exit 4';
    const { exitCode, stdout, stderr } = await box.run(['--', 'sh', '-c', script]);
    expect(stdout.length).toBe(3_000_000);
    expect(stderr).toContain('end\n');
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/limber: .*(disk is full|no space left)/i);
    expect(stderr).toMatch(/failed.* after .*exit code 4/);
  } finally {
    execFileSync('umount', [box.home]);
  }
});

test('a disk that is full from the beginning is said so', async ({ box }) => {
  mkdirSync(box.home);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', box.home]);
  try {
    const { exitCode, stderr } = await box.run(['--', 'true']);
    expect(exitCode).toBe(74);
    expect(stderr).toMatch(
      /^limber: Cannot use the store .*Set LIMBER_HOME to a writable folder\.\n$/,
    );
  } finally {
    execFileSync('umount', [box.home]);
  }
});

test('a damaged store is said so, and nothing runs', async ({ box }) => {
  mkdirSync(box.home);
  writeFileSync(join(box.home, 'store.sqlite'), 'this is not a database, not even a damaged one\n');
  for (const args of [['run', '--', 'echo', 'ran'], ['ps', '--all'], ['gc']]) {
    const { exitCode, stderr, stdout } = await box.limber(args);
    expect([exitCode, stdout.toString()]).toEqual([74, '']);
    expect(stderr).toMatch(
      /^limber: Cannot use the store .* move it away and Limber starts a new one/,
    );
  }
});

test('a home that is not writable is said so', async ({ box }) => {
  writeFileSync(box.home, 'a file in the way');
  const { exitCode, stderr } = await box.limber(['run', '--', 'true']);
  expect(exitCode).toBe(74);
  expect(stderr).toMatch(/^limber: Cannot use the store /);
  expect(readdirSync(box.current)).toEqual([]);
});
