import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { test, type Box } from './box.ts';

test('a program changes its copy of the current folder, never the folder', async ({ box }) => {
  const script = box.program('writes.sh');
  box.write('found.txt', 'original\n');
  const { stdout, summary } = await box.run([script]);
  expect(stdout.toString()).toBe('changed\nnew\n');
  expect(summary?.outcome).toBe('succeeded');
  expect(contentOf(box)).toEqual(['found.txt', script]);
  expect(readFileSync(join(box.current, 'found.txt'), 'utf8')).toBe('original\n');
});

test('the current folder itself is there, and read-only', async ({ box }) => {
  const { stderr, exitCode } = await box.run(['--', 'touch', join(box.current, 'new')]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Read-only file system');
  expect(contentOf(box)).toEqual([]);
});

test('--write lets it change the current folder', async ({ box }) => {
  const script = box.program('writes.sh');
  const { exitCode } = await box.run(['--write', script]);
  expect(exitCode).toBe(0);
  expect(contentOf(box)).toEqual(['added.txt', 'found.txt', script]);
});

test('--mount shows a folder read-only, and with :rw to be changed', async ({ box }) => {
  const [data, results] = ['data', 'results'].map((name) => join(box.folder, name)) as [
    string,
    string,
  ];
  mkdirSync(data);
  mkdirSync(results);
  writeFileSync(join(data, 'in'), 'input');
  const mounts = ['--mount', `${data}:/data`, '--mount', `${results}:/results:rw`];
  const script = 'cp /data/in /results/out && touch /data/more';
  const { stderr, exitCode } = await box.run([...mounts, '--', 'sh', '-c', script]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("'/data/more': Read-only file system");
  expect(readFileSync(join(results, 'out'), 'utf8')).toBe('input');
  expect(readdirSync(data)).toEqual(['in']);
});

test('--workdir is where the program starts', async ({ box }) => {
  const { stdout } = await box.run(['--workdir', '/tmp', '--', 'pwd']);
  expect(stdout.toString()).toBe('/tmp\n');
  const missing = await box.run(['--workdir', '/no/such', '--', 'pwd']);
  expect(missing.exitCode).not.toBe(0);
  expect(missing.stderr).toContain('/no/such');
});

test('--rootfs replaces the system', async ({ box }) => {
  const rootfs = join(box.folder, 'rootfs');
  for (const program of ['/bin/sh', '/bin/cat', '/bin/ls']) copyWithLibraries(program, rootfs);
  mkdirSync(join(rootfs, 'etc'));
  writeFileSync(join(rootfs, 'etc', 'os-release'), 'NAME=Tiny\n');
  const script = 'cat /etc/os-release; ls /bin';
  const { stdout, exitCode } = await box.run(['--rootfs', rootfs, '--', 'sh', '-c', script]);
  expect([stdout.toString(), exitCode]).toEqual(['NAME=Tiny\ncat\nls\nsh\n', 0]);
  expect(readdirSync(rootfs).toSorted()).toEqual(['bin', 'etc', 'lib', 'lib64']);
  const missing = await box.run(['--rootfs', rootfs, '--', 'python3']);
  expect(missing.exitCode).toBe(127);
  expect(missing.stderr).toContain('Cannot find "python3" inside the sandbox');
});

test("neither the user's home nor Limber's own folders are seen", async ({ box }) => {
  await box.run(['--quiet', '--', 'true']);
  const script = `ls -A /root; ls ${box.home} /run/limber; test -e ${box.folder}/summary-1.json`;
  const { stdout, exitCode } = await box.run(['--', 'sh', '-c', script]);
  expect(stdout.toString()).not.toMatch(/store|ledger|instances|bash/);
  expect(exitCode).toBe(1);
});

function contentOf({ current }: Box): readonly string[] {
  return readdirSync(current).toSorted();
}

/** ldd prints the libraries' absolute paths, the loader's own among them. */
function copyWithLibraries(program: string, rootfs: string): void {
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+(?= \()/g);
  for (const path of [program, ...(libraries ?? [])]) {
    mkdirSync(dirname(join(rootfs, path)), { recursive: true });
    copyFileSync(path, join(rootfs, path));
  }
}
