import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Submission } from '#model/execution.ts';
import { openTestHome } from './test-home.fixture.ts';

type CallerEnv = ReturnType<typeof home.caller>;

let home: ReturnType<typeof openTestHome>;
beforeEach(() => {
  home = openTestHome();
});
afterEach(() => home.close());

const python = (by: CallerEnv) =>
  home.plan({ language: 'python', scriptPath: home.put('home/me/project/job.py', '') }, by);

describe('python', () => {
  /** An interpreter that notes each start. */
  const countingPython = (answer: string) =>
    `#!/bin/sh\necho >> '${home.root}/starts'\n${answer}\n`;
  const starts = () => readFileSync(join(home.root, 'starts'), 'utf8').length;
  const facts = (executable: string, prefix: string) =>
    `echo '${JSON.stringify({ executable, prefix, basePrefix: prefix, userBase: null, userSite: null })}'`;

  test('the first that works is taken and asked once', () => {
    const broken = dirname(home.put('shims/python3', countingPython('exit 127'), 0o755));
    const good = dirname(
      home.put('good/bin/python3', countingPython(facts('/usr/bin/python3', '/usr')), 0o755),
    );
    const by = home.caller(`${broken}:${good}:/usr/bin`);
    expect(python(by).argv).toEqual(['/usr/bin/python3', 'job.py']);
    expect(starts()).toBe(2);
    python(by);
    // Only the broken one is asked again: it may have been repaired.
    expect(starts()).toBe(3);
  });

  test('a changed interpreter is asked again', () => {
    const path = home.put(
      'good/bin/python3',
      countingPython(facts('/usr/bin/python3', '/usr')),
      0o755,
    );
    const by = home.caller(dirname(path));
    python(by);
    home.put('good/bin/python3', countingPython(facts('/usr/bin/python3.99', '/usr')), 0o755);
    expect(python(by).argv[0]).toBe('/usr/bin/python3.99');
  });

  test.skipIf(!existsSync('/usr/bin/python3'))(
    'nothing in the current folder is run to find it',
    () => {
      for (const name of ['sys.py', 'site.py', 'sitecustomize.py', 'usercustomize.py', 'codecs.py'])
        home.put(`home/me/project/${name}`, `open('${home.root}/ran', 'w')`);
      const by = home.caller('/usr/bin', { PYTHONPATH: home.project });
      expect(python(by).argv[0]).toMatch(/^\/usr\/bin\/python3/);
      expect(existsSync(join(home.root, 'ran'))).toBe(false);
    },
  );

  test.skipIf(!existsSync('/usr/bin/python3'))(
    'a virtual environment is respected and shown alone',
    () => {
      const venv = join(home.root, 'home/me/venv');
      spawnSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', venv]);
      const spec = python(home.caller(`${venv}/bin:/usr/bin`));
      expect(spec.argv[0]).toBe(join(venv, 'bin/python3'));
      expect(spec.view.toolFolders).toEqual([venv]);
      expect(spec.env['PATH']).toMatch(new RegExp(`^${venv}/bin:/usr/bin`));
    },
  );

  test('without any, the message says what to install', () => {
    const error = home.refusal(
      { language: 'python', scriptPath: home.put('job.py', '') },
      home.caller(home.root),
    );
    expect([error.code, error.exitCode]).toEqual(['command-not-found', 127]);
    expect(error.message).toContain('apt-get install python3');
  });
});

describe('node', () => {
  const fake = (version: string) =>
    dirname(
      home.put(
        `node-${version}/bin/node`,
        `#!/bin/sh\necho '{"executable":"/usr/bin/node-${version}","version":"${version}"}'\n`,
        0o755,
      ),
    );
  const run = (language: 'javascript' | 'typescript', path: string) =>
    home.plan({ language, scriptPath: home.put('home/me/project/app', '') }, home.caller(path))
      .argv[0];

  test('too old ones are passed over, and Limber’s own is the last resort', () => {
    expect(run('javascript', `${fake('18.9.0')}:${fake('20.1.0')}`)).toBe('/usr/bin/node-20.1.0');
    expect(run('javascript', fake('18.9.0'))).toBe(process.execPath);
    expect(run('typescript', `${fake('22.17.9')}:${fake('23.5.0')}:${fake('22.18.0')}`)).toBe(
      '/usr/bin/node-22.18.0',
    );
    expect(run('typescript', fake('20.1.0'))).toBe(process.execPath);
  });
});

describe('shells and other languages', () => {
  const run = (text: string, change: Partial<Submission> = {}) =>
    home.plan({ language: 'shell', scriptPath: home.put('home/me/project/job', text), ...change })
      .argv;

  test.each([
    ['#!/bin/sh\n', ['sh', 'job']],
    ['#!/bin/bash -eu\n', ['bash', '-eu', 'job']],
    ['#!/usr/bin/env -S bash -e -u\n', ['bash', '-e', '-u', 'job']],
    ['#!/usr/local/bin/no-such-shell\n', ['bash', 'job']],
    ['echo hello\n', ['bash', 'job']],
  ])('%j is run by %j', (text, argv) => {
    expect(run(text)).toEqual(argv);
  });

  test('the first line of an unknown language is honoured', () => {
    expect(run('#!/usr/bin/env -S awk -f\n', { language: 'unknown' })).toEqual([
      'awk',
      '-f',
      'job',
    ]);
  });

  test('a language that must be compiled is refused with the way out', () => {
    expect(home.refusal({ language: 'c', scriptPath: home.put('a.c', '') }).message).toContain(
      'limber run -- ./program',
    );
  });
});
