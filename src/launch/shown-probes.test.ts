import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileProbes, shownProbes } from './shown-probes.ts';
import { openTestHome } from './test-home.fixture.ts';

const PROBES = resolve(import.meta.dirname, '../../probes');
const PYTHON = '/usr/bin/python3';

let home: ReturnType<typeof openTestHome>;
beforeEach(() => {
  home = openTestHome();
});
afterEach(() => home.close());

test('one copy for one state of the probes, without what only Limber itself starts', () => {
  const source = join(home.root, 'package');
  for (const name of ['bin', 'node', 'python/__pycache__', 'microvm'])
    mkdirSync(join(source, name), { recursive: true });
  writeFileSync(join(source, 'python/sitecustomize.py'), '');
  writeFileSync(join(source, 'python/__pycache__/sitecustomize.cpython-3.pyc'), 'of another state');
  const runtime = join(home.root, 'run');
  const first = shownProbes(source, runtime);
  expect(readdirSync(first).toSorted()).toEqual(['bin', 'node', 'python']);
  expect(readdirSync(join(first, 'python'))).toEqual(['sitecustomize.py']);
  expect(shownProbes(source, runtime)).toBe(first);
  writeFileSync(join(source, 'python/sitecustomize.py'), 'pass');
  expect(shownProbes(source, runtime)).not.toBe(first);
});

test.skipIf(!existsSync(PYTHON))('an interpreter compiles them once', () => {
  const folder = shownProbes(PROBES, join(home.root, 'run'));
  const caller = { env: {}, runtimeFolder: join(home.root, 'run'), nodePath: process.execPath };
  const compiled = join(folder, 'python/_limber/__pycache__');
  compileProbes(PYTHON, folder, caller);
  const [first] = readdirSync(compiled).filter((name) => name.startsWith('watch.'));
  const { mtimeMs } = statSync(join(compiled, first!));
  compileProbes(PYTHON, folder, caller);
  expect(statSync(join(compiled, first!)).mtimeMs).toBe(mtimeMs);
  // Another copy of them is compiled, too.
  rmSync(folder, { recursive: true });
  const other = shownProbes(PROBES, join(home.root, 'elsewhere'));
  compileProbes(PYTHON, other, caller);
  expect(readdirSync(join(other, 'python/_limber/__pycache__'))).toContain(first);
});

test('what is no interpreter harms nobody', () => {
  const folder = shownProbes(PROBES, join(home.root, 'run'));
  const caller = { env: {}, runtimeFolder: join(home.root, 'run'), nodePath: process.execPath };
  compileProbes('/bin/false', folder, caller);
  expect(existsSync(join(folder, 'python/_limber/__pycache__'))).toBe(false);
});
