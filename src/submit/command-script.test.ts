import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCommandScript } from './command-script.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber command '));
  mkdirSync(join(folder, 'pkg/sub'), { recursive: true });
  for (const name of ['job.py', 'app.js', 'x.sh', 'pkg/mod.py', 'pkg/sub/__main__.py', '-odd.py'])
    writeFileSync(join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function found(command: string, workingFolder?: string) {
  const script = findCommandScript(command.split(' '), { currentFolder: folder, workingFolder });
  return script && [script.language, relative(folder, script.path), ...script.args];
}

test.each([
  ['python3 job.py 7 --fast', ['python', 'job.py', '7', '--fast']],
  ['/usr/bin/python3.11 -u ./job.py', ['python', 'job.py']],
  ['python -uW ignore -X dev -Wd -OO job.py -c 1', ['python', 'job.py', '-c', '1']],
  ['python3 -m pkg.mod a', ['python', 'pkg/mod.py', 'a']],
  ['python3 -um pkg.sub a', ['python', 'pkg/sub/__main__.py', 'a']],
  ['node --max-old-space-size=64 app.js 9', ['javascript', 'app.js', '9']],
  ['node -r ./x.sh --import ./job.py app.js', ['javascript', 'app.js']],
  ['bash x.sh 1', ['shell', 'x.sh', '1']],
  ['sh -eu -- x.sh', ['shell', 'x.sh']],
  ['bash -euo pipefail --rcfile job.py x.sh', ['shell', 'x.sh']],
  ['env A=1 B= python3 job.py C=2', ['python', 'job.py', 'C=2']],
  ['env -i -u HOME A=1 node app.js', ['javascript', 'app.js']],
  ['uv run --with rich job.py 3', ['python', 'job.py', '3']],
  ['uv run --python=3.12 python -u job.py', ['python', 'job.py']],
])('%s hands over a script', (command, expected) => {
  expect(found(command)).toEqual(expected);
});

test.each([
  'python3',
  'python3 -c job.py',
  'python3 - job.py',
  'python3 -W',
  'python3 -m',
  'python3 -m pytest job.py',
  'python3 -m ../job.py',
  'python3 missing.py',
  'python3 pkg',
  'python3 /etc/hostname',
  'python3 ../job.py',
  'python3 --help job.py',
  'node -e 1 app.js',
  'node --test app.js',
  'bash -c x.sh',
  'bash -lc x.sh',
  'bash -s x.sh',
  'env -S python3 job.py',
  'env -C pkg python3 mod.py',
  'env A=1',
  'uv sync job.py',
  'uv run --directory pkg mod.py',
  'uv run -m pkg.mod',
  'make job.py',
  './job.py',
])('%s names none that can be told', (command) => {
  expect(found(command)).toBeUndefined();
});

test('started in another folder, a relative name is of there', () => {
  expect(found('python3 job.py', '/elsewhere')).toBeUndefined();
});
