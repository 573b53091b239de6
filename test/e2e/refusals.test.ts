import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test, type Box } from './box.ts';

/** Everything that is refused before anything was made: one line on stderr, and no run. */
const NONSENSE = [
  [
    'a quantity without sense',
    ['--max-memory', '12Q'],
    64,
    /--max-memory: expected bytes .* got "12Q"/,
  ],
  [
    'a minimum above its maximum',
    ['--min-memory', '2Gi', '--max-memory', '1Gi'],
    64,
    /minimum 2Gi is above the maximum 1Gi/,
  ],
  ['an unknown policy', ['--policy', 'best'], 78, /Policy "best": .* Expected predictive/],
  ['an unknown option', ['--no-such'], 64, /unknown option "--no-such"/i],
  ['a mount without a guest', ['--mount', '/tmp'], 64, /Mount "\/tmp": expected host:guest/],
  ['a mount of nothing', ['--mount', '/no/such:/data'], 64, /\/no\/such does not exist/],
  ['a mount over the sandbox', ['--mount', '/tmp:/proc'], 64, /\/proc belongs to the sandbox/],
  [
    'a summary that cannot be written',
    ['--summary', '/no/such/summary.json'],
    73,
    /Cannot write the summary/,
  ],
  [
    'more than the node has',
    ['--min-cpu', '1000'],
    75,
    /No free capacity: the run needs at least 1000/,
  ],
  [
    'a root file system that is not there',
    ['--rootfs', '/no/such'],
    64,
    /\/no\/such is not a folder/,
  ],
] as const;

test.for(NONSENSE)('%s is refused', async ([, args, code, message], { box }) => {
  const { exitCode, stderr, stdout } = await box.limber(['run', ...args, '--', 'echo', 'ran']);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^limber: [^\n]+\n$/);
  expect([exitCode, stdout.toString()]).toEqual([code, '']);
  expect(await recorded(box)).toBe('');
});

test('a policy of the configuration that is none is told with those that are', async ({ box }) => {
  const LIMBER_CONFIG = join(box.folder, 'config.json');
  writeFileSync(LIMBER_CONFIG, '{ "policy": "predictiv" }');
  const run = await box.limber(['run', '--', 'echo', 'ran'], { env: { LIMBER_CONFIG } });
  expect(run.stderr).toMatch(/^limber: Policy "predictiv": .* Expected predictive, threshold, /);
  const serve = await box.limber(['serve', '--port', '0'], { env: { LIMBER_CONFIG } });
  expect(serve.stderr).toMatch(
    /^limber: Configuration \S+config\.json: policy: expected one of predictive, threshold, static, unlimited, .* got "predictiv"/,
  );
  expect([run.exitCode, serve.exitCode]).toEqual([78, 78]);
});

test('a command that is not there is 127, and says what to install', async ({ box }) => {
  await refuses(box, ['--', 'no-such-command'], {
    code: 127,
    message: 'Cannot find "no-such-command"',
  });
});

test('a missing interpreter is 127, and says what to install', async ({ box }) => {
  const script = box.write('job.rb', 'puts 1\n');
  const bin = join(box.folder, 'bin');
  mkdirSync(bin);
  const { exitCode, stderr } = await box.limber(['run', script], { env: { PATH: bin } });
  expect(exitCode).toBe(127);
  expect(stderr).toBe(
    'limber: Cannot find "ruby" inside the sandbox. Install it, for example with: apt-get install ruby\n',
  );
});

test('a file that may not be executed is 126', async ({ box }) => {
  box.write('tool', '#!/bin/sh\necho ran\n');
  await refuses(box, ['--', './tool'], { code: 126, message: '"./tool" is not executable' });
});

test('a script that is not there, is a folder, or is a dangling link is 66', async ({ box }) => {
  mkdirSync(join(box.current, 'folder.py'));
  symlinkSync('nowhere', join(box.current, 'link.py'));
  const of = (name: string, message: string) => refuses(box, [name], { code: 66, message });
  await of('nothing.py', 'Cannot read nothing.py: there is no such file');
  await of('folder.py', 'Cannot read folder.py: it is a folder');
  await of('link.py', 'Cannot read link.py: it is a symbolic link to a file that does not exist');
});

test('a script whose language nobody can tell is 64', async ({ box }) => {
  box.write('job', 'hello');
  await refuses(box, ['job'], { code: 64, message: 'Give --language' });
});

test('a script that does not parse runs, with a note that says where', async ({ box }) => {
  const { exitCode, stderr, summary } = await box.run([box.program('does-not-parse.py')]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('SyntaxError');
  expect(summary).toMatchObject({ outcome: 'failed', notes: [{ code: 'syntax-error' }] });
  expect(stderr).toMatch(/does-not-parse\.py:2:\d+ does not parse as python/);
});

async function refuses(
  box: Box,
  args: readonly string[],
  expected: { readonly code: number; readonly message: string },
): Promise<void> {
  const { exitCode, stderr, summary } = await box.run(args);
  expect(stderr).toContain(`limber: ${expected.message}`.replace('limber: Give', 'Give'));
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(exitCode).toBe(expected.code);
  expect(summary).toBeUndefined();
  expect(existsSync(join(box.current, 'ran'))).toBe(false);
}

async function recorded(box: Box): Promise<string> {
  return (await box.limber(['ps', '--all', '--quiet'])).stdout.toString();
}
