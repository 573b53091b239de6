import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configSchema } from '#config/schema.ts';
import type { LimberError } from '#model/errors.ts';
import type { RunRequest } from '#model/request.ts';
import { accept, type AcceptContext } from './accept.ts';

const GiB = 2 ** 30;
const context: AcceptContext = {
  config: configSchema.parse({}),
  capacity: {
    cpuCores: 2,
    memoryBytes: 8 * GiB,
    ingressBitsPerSecond: 1e9,
    egressBitsPerSecond: 1e9,
  },
  languageOf: (path) => (path.endsWith('.py') ? 'python' : 'unknown'),
  normalizedTokens: (source) => source.replace(/#.*/g, '').replace(/\s+/g, ' '),
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber accept '));
  writeFileSync(join(folder, 'job.py'), 'print(1)  # one\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const script = (path = 'job.py', args: string[] = []) => ({ kind: 'script', path, args }) as const;
const run = (change: Partial<RunRequest> = {}) =>
  accept({ program: script(), currentFolder: folder, ...change }, context);

async function refusal(change: Partial<RunRequest>): Promise<LimberError> {
  return run(change).then(
    () => expect.fail('was accepted'),
    (error: LimberError) => error,
  );
}

test('what was not asked for comes from the configuration and the node', async () => {
  const submission = await run();
  expect(submission).toMatchObject({
    scriptPath: join(folder, 'job.py'),
    language: 'python',
    policy: 'predictive',
    constraints: { max: context.capacity, min: context.config.min, mode: 'auto', priority: 50 },
    network: { kind: 'none', hostPorts: [] },
    graceMs: 5000,
  });
  expect(Object.isFrozen(submission.constraints.max)).toBe(true);
});

test.each([
  ['missing.py', 'there is no such file'],
  ['.', 'it is a folder'],
  ['job.py/inner.py', 'a part of the path before the last is a file'],
  ['dangling.py', 'a symbolic link to a file that does not exist'],
  ['circle.py', 'lead in a circle'],
  ['pipe.py', 'it is a pipe, a socket or a device'],
])('%s cannot be run: %s', async (path, problem) => {
  symlinkSync('nowhere', join(folder, 'dangling.py'));
  symlinkSync('circle.py', join(folder, 'circle.py'));
  spawnSync('mkfifo', [join(folder, 'pipe.py')]);
  const error = await refusal({ program: script(path) });
  expect(error.code).toBe('file-unreadable');
  expect(error.message).toContain(problem);
});

test('an unknown language is refused, unless the first line names an interpreter', async () => {
  writeFileSync(join(folder, 'plain'), 'hello');
  writeFileSync(join(folder, 'tool'), '#!/usr/bin/awk -f\n');
  expect((await refusal({ program: script('plain') })).code).toBe('language-unknown');
  expect((await run({ program: script('plain'), language: 'shell' })).language).toBe('shell');
  expect((await run({ program: script('tool') })).language).toBe('unknown');
});

test('a minimum above a maximum is refused in the notation of the user', async () => {
  const bounds = { min: { memoryBytes: 2 * GiB }, max: { memoryBytes: GiB } };
  const error = await refusal({ bounds });
  expect(error.code).toBe('bounds-inverted');
  expect(error.message).toContain('the minimum 2Gi is above the maximum 1Gi');
  expect(error.message).toContain('--min-memory');
});

test('defaults give way to the bound that the user gave', async () => {
  const small = await run({ bounds: { max: { memoryBytes: 2 ** 20 } } });
  expect(small.constraints.min.memoryBytes).toBe(2 ** 20);
  const large = await run({ bounds: { min: { cpuCores: 64 } } });
  expect(large.constraints.max.cpuCores).toBe(64);
});

test('mounts are taken apart, made absolute and checked', async () => {
  mkdirSync(join(folder, 'da:ta'));
  const { mounts } = await run({
    mounts: ['da\\:ta:/data/../input/:rw', 'job.py:/x.py', '.:/here:ro'],
  });
  expect(mounts).toEqual([
    { host: join(folder, 'da:ta'), guest: '/input', writable: true },
    { host: join(folder, 'job.py'), guest: '/x.py', writable: false },
    { host: folder, guest: '/here', writable: false },
  ]);
});

test.each([
  ['/nowhere:/data', 'does not exist'],
  ['.:data', 'not absolute'],
  ['.:/a/..', 'what --rootfs replaces'],
  ['.:/proc/sys', 'belongs to the sandbox'],
  ['.:/x/../dev', 'belongs to the sandbox'],
  ['.', 'a side is missing'],
  ['.:/a:rx', 'neither ro nor rw'],
  ['.:/a:rw:x', 'too many colons'],
])('the mount %s is refused: %s', async (mount, problem) => {
  const error = await refusal({ mounts: [mount] });
  expect([error.code, error.message]).toEqual(['mount-invalid', expect.stringContaining(problem)]);
});

test('two mounts at one path are refused', async () => {
  expect((await refusal({ mounts: ['.:/a', 'job.py:/a/'] })).code).toBe('mount-invalid');
});

test.each<[string, Partial<RunRequest>]>([
  ['a variable with a dash', { env: { 'A-B': '1' } }],
  ['a variable with a NUL', { env: { A: 'a\0b' } }],
  ['port 0', { network: { kind: 'none', hostPorts: [0] } }],
  ['port 65536', { network: { kind: 'egress', hostPorts: [80, 65536] } }],
  ['half a port', { network: { kind: 'egress', hostPorts: [80.5] } }],
  ['a root file system that is a file', { rootfs: 'job.py' }],
  ['a root file system that is missing', { rootfs: 'missing' }],
  ['an empty command', { program: { kind: 'command', argv: [] } }],
  [
    'opening / for writing',
    {
      currentFolder: '/',
      writableCurrentFolder: true,
      program: { kind: 'command', argv: ['true'] },
    },
  ],
  ['a relative working folder', { workdir: 'sub' }],
])('%s is a usage error', async (_, change) => {
  expect((await refusal(change)).code).toBe('usage-invalid');
});

test('an empty root file system is refused, a filled one is made absolute', async () => {
  mkdirSync(join(folder, 'image'));
  expect((await refusal({ rootfs: 'image' })).message).toContain('is empty');
  mkdirSync(join(folder, 'image/usr'));
  expect((await run({ rootfs: 'image' })).rootfs).toBe(join(folder, 'image'));
});

test('fingerprints: exact for bytes and arguments, normalised for the code alone', async () => {
  const first = await run();
  const again = await run();
  const withArgs = await run({ program: script('job.py', ['5']) });
  writeFileSync(join(folder, 'job.py'), 'print(1)   # uno\n');
  const reworded = await run();
  writeFileSync(join(folder, 'job.py'), 'print(2)\n');
  const other = await run();
  expect(again.fingerprint).toBe(first.fingerprint);
  expect(withArgs.fingerprint).not.toBe(first.fingerprint);
  expect(withArgs.normalizedFingerprint).toBe(first.normalizedFingerprint);
  expect(reworded.fingerprint).not.toBe(first.fingerprint);
  expect(reworded.normalizedFingerprint).toBe(first.normalizedFingerprint);
  expect(other.normalizedFingerprint).not.toBe(first.normalizedFingerprint);
});

test('a command that hands a script to an interpreter has the code of the script', async () => {
  const command = async (...argv: string[]) => run({ program: { kind: 'command', argv } });
  const direct = await run({ program: script('job.py', ['5']) });
  const argv = ['env', 'A=1', 'python3', '-u', 'job.py', '5'];
  const handed = await command(...argv);
  expect(handed).toMatchObject({
    args: argv,
    commandScript: { path: join(folder, 'job.py'), args: ['5'] },
    language: 'python',
    normalizedFingerprint: direct.normalizedFingerprint,
  });
  expect(handed).not.toHaveProperty('scriptPath');
  expect(handed.fingerprint).not.toBe(direct.fingerprint);
  const unread = await command('python3', '-c', 'print(1)');
  expect(unread.language).toBe('unknown');
  expect(unread).not.toHaveProperty('commandScript');
});

test('a command is known by its words and by the file that it runs', async () => {
  const command = async (...argv: string[]) => run({ program: { kind: 'command', argv } });
  const before = await command('python3', '-u', 'job.py');
  expect((await command('python3', '-u', 'job.py')).fingerprint).toBe(before.fingerprint);
  expect((await command('python3', '-ujob.py')).fingerprint).not.toBe(before.fingerprint);
  expect((await command('make', '-j8')).normalizedFingerprint).toBe(
    (await command('/usr/bin/make', '-j4')).normalizedFingerprint,
  );
  writeFileSync(join(folder, 'job.py'), 'print(3)');
  expect((await command('python3', '-u', 'job.py')).fingerprint).not.toBe(before.fingerprint);
});
