import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LimberError } from '#model/errors.ts';
import type { Submission } from '#model/execution.ts';
import { sandboxArguments } from '#runtimes/process/sandbox/system-view.ts';
import type { Caller } from './caller.ts';
import { planLaunch } from './launch-spec.ts';

const GiB = 2 ** 30;
const size = {
  cpuCores: 1.5,
  memoryBytes: 2 * GiB,
  ingressBitsPerSecond: 1e9,
  egressBitsPerSecond: 1e9,
};
const hasBubblewrap = spawnSync('bwrap', ['--version']).error === undefined;

let root = '';
let project = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limber launch '));
  project = join(root, 'home/me/project');
  mkdirSync(project, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string, mode = 0o644): string {
  const absolute = join(root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, text);
  chmodSync(absolute, mode);
  return absolute;
}

function caller(path = '/usr/bin:/bin', env: Caller['env'] = {}): Caller {
  const runtimeFolder = join(root, 'run');
  return {
    env: {
      PATH: path,
      HOME: join(root, 'home/me'),
      LANG: 'de_DE.UTF-8',
      AWS_SECRET_ACCESS_KEY: 'x',
      ...env,
    },
    runtimeFolder,
    nodePath: process.execPath,
  };
}

function plan(change: Partial<Submission>, by = caller()) {
  const submission: Submission = {
    args: [],
    language: 'unknown',
    currentFolder: project,
    writableCurrentFolder: false,
    mounts: [],
    env: {},
    network: { kind: 'none', hostPorts: [] },
    constraints: { min: size, max: size, priority: 50, mode: 'auto' },
    policy: 'predictive',
    graceMs: 1,
    maxProcesses: 9,
    maxOutputBytes: 1,
    tmpBytes: 1,
    fingerprint: '',
    normalizedFingerprint: '',
    ...change,
  };
  return planLaunch({
    id: 'x1',
    submission,
    initial: size,
    stdin: 'ignore',
    caller: by,
    hiddenFolders: [],
  });
}

function refusal(change: Partial<Submission>, by = caller()): LimberError {
  try {
    plan(change, by);
  } catch (error) {
    return error as LimberError;
  }
  return expect.fail('was planned');
}

const python = (by: Caller) =>
  plan({ language: 'python', scriptPath: put('home/me/project/job.py', '') }, by);

describe('python', () => {
  /** An interpreter that notes each start. */
  const countingPython = (answer: string) => `#!/bin/sh\necho >> '${root}/starts'\n${answer}\n`;
  const starts = () => readFileSync(join(root, 'starts'), 'utf8').length;
  const facts = (executable: string, prefix: string) =>
    `echo '${JSON.stringify({ executable, prefix, basePrefix: prefix, userBase: null, userSite: null })}'`;

  test('the first that works is taken and asked once', () => {
    const broken = dirname(put('shims/python3', countingPython('exit 127'), 0o755));
    const good = dirname(
      put('good/bin/python3', countingPython(facts('/usr/bin/python3', '/usr')), 0o755),
    );
    const by = caller(`${broken}:${good}:/usr/bin`);
    expect(python(by).argv).toEqual(['/usr/bin/python3', 'job.py']);
    expect(starts()).toBe(2);
    python(by);
    // Only the broken one is asked again: it may have been repaired.
    expect(starts()).toBe(3);
  });

  test('a changed interpreter is asked again', () => {
    const path = put('good/bin/python3', countingPython(facts('/usr/bin/python3', '/usr')), 0o755);
    const by = caller(dirname(path));
    python(by);
    put('good/bin/python3', countingPython(facts('/usr/bin/python3.99', '/usr')), 0o755);
    expect(python(by).argv[0]).toBe('/usr/bin/python3.99');
  });

  test.skipIf(!existsSync('/usr/bin/python3'))(
    'nothing in the current folder is run to find it',
    () => {
      for (const name of ['sys.py', 'site.py', 'sitecustomize.py', 'usercustomize.py', 'codecs.py'])
        put(`home/me/project/${name}`, `open('${root}/ran', 'w')`);
      const by = caller('/usr/bin', { PYTHONPATH: project });
      expect(python(by).argv[0]).toMatch(/^\/usr\/bin\/python3/);
      expect(existsSync(join(root, 'ran'))).toBe(false);
    },
  );

  test.skipIf(!existsSync('/usr/bin/python3'))(
    'a virtual environment is respected and shown alone',
    () => {
      const venv = join(root, 'home/me/venv');
      spawnSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', venv]);
      const spec = python(caller(`${venv}/bin:/usr/bin`));
      expect(spec.argv[0]).toBe(join(venv, 'bin/python3'));
      expect(spec.view.toolFolders).toEqual([venv]);
      expect(spec.env['PATH']).toMatch(new RegExp(`^${venv}/bin:/usr/bin`));
    },
  );

  test('without any, the message says what to install', () => {
    const error = refusal({ language: 'python', scriptPath: put('job.py', '') }, caller(root));
    expect([error.code, error.exitCode]).toEqual(['command-not-found', 127]);
    expect(error.message).toContain('apt-get install python3');
  });
});

describe('node', () => {
  const fake = (version: string) =>
    dirname(
      put(
        `node-${version}/bin/node`,
        `#!/bin/sh\necho '{"executable":"/usr/bin/node-${version}","version":"${version}"}'\n`,
        0o755,
      ),
    );
  const run = (language: 'javascript' | 'typescript', path: string) =>
    plan({ language, scriptPath: put('home/me/project/app', '') }, caller(path)).argv[0];

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
    plan({ language: 'shell', scriptPath: put('home/me/project/job', text), ...change }).argv;

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
    expect(refusal({ language: 'c', scriptPath: put('a.c', '') }).message).toContain(
      'limber run -- ./program',
    );
  });
});

describe('commands', () => {
  const command = (args: readonly string[], by = caller()) => plan({ args }, by);

  test('through PATH, keeping the name', () => {
    const spec = command(['sh', '-c', 'exit 3']);
    expect(spec.argv).toEqual(['sh', '-c', 'exit 3']);
    expect(spec.view.toolFolders).toEqual([]);
  });

  test('missing is 127, not executable is 126', () => {
    put('home/me/project/data', 'x');
    expect(refusal({ args: ['no-such-command'] }).exitCode).toBe(127);
    expect(refusal({ args: ['./nothing'] }).exitCode).toBe(127);
    expect(refusal({ args: ['./data/x'] }).exitCode).toBe(127);
    expect(refusal({ args: ['./data'] }).exitCode).toBe(126);
    expect(refusal({ args: ['.//'] }).exitCode).toBe(126);
  });

  test('a relative PATH entry does not let the current folder choose', () => {
    put('home/me/project/no-such-command', '#!/bin/sh\n', 0o755);
    expect(refusal({ args: ['no-such-command'] }, caller('.::/usr/bin')).exitCode).toBe(127);
  });

  test('a program of the current folder keeps the path that it was given', () => {
    put('home/me/project/a.out', '#!/bin/sh\n', 0o755);
    const { argv, view } = command(['./a.out', '1']);
    expect([argv, view.toolFolders]).toEqual([['./a.out', '1'], []]);
  });

  test('of a tool outside the system, its installation is shown and nothing above', () => {
    const tool = put('home/me/apps/tool-1/bin/tool', '#!/bin/sh\n', 0o755);
    put('home/me/apps/tool-1/lib/part', '');
    mkdirSync(join(root, 'home/me/bin'));
    symlinkSync(tool, join(root, 'home/me/bin/tool'));
    const by = caller(join(root, 'home/me/bin'));
    expect(command(['tool'], by).view.toolFolders).toEqual([
      join(root, 'home/me/bin'),
      join(root, 'home/me/apps/tool-1'),
    ]);
  });

  test('of a tool in ~/.local/bin neither the home nor ~/.local is shown', () => {
    put('home/me/.local/bin/tool', '#!/bin/sh\n', 0o755);
    put('home/me/.local/lib/part', '');
    const by = caller(join(root, 'home/me/.local/bin'));
    expect(command(['tool'], by).view.toolFolders).toEqual([join(root, 'home/me/.local/bin')]);
    put('home/me/tool2', '#!/bin/sh\n', 0o755);
    expect(command([join(root, 'home/me/tool2')]).view.toolFolders).toEqual([
      join(root, 'home/me/tool2'),
    ]);
  });

  test('the interpreter that a tool names is shown with it', () => {
    // The kernel ends the interpreter's path at the first blank.
    const spaceless = mkdtempSync('/tmp/limber-launch-');
    try {
      mkdirSync(join(spaceless, 'venv/bin'), { recursive: true });
      writeFileSync(join(spaceless, 'venv/pyvenv.cfg'), 'home = /usr/bin\n');
      writeFileSync(join(spaceless, 'venv/bin/python'), '', { mode: 0o755 });
      put('home/me/bin/tool', `#!${spaceless}/venv/bin/python\n`, 0o755);
      const { toolFolders } = command(['tool'], caller(join(root, 'home/me/bin'))).view;
      expect(toolFolders).toContain(`${spaceless}/venv`);
    } finally {
      rmSync(spaceless, { recursive: true });
    }
  });

  test('a root file system is searched by its own links, not by those of the host', () => {
    put('image/usr/bin/real', '', 0o755);
    symlinkSync('/usr/bin', join(root, 'image/bin'));
    symlinkSync('/bin/real', join(root, 'image/usr/bin/tool'));
    symlinkSync('/usr/bin/sh', join(root, 'image/usr/bin/dangling'));
    const rootfs = join(root, 'image');
    expect(plan({ args: ['tool'], rootfs }).argv).toEqual(['tool']);
    expect(refusal({ args: ['dangling'], rootfs }).exitCode).toBe(127);
    expect(refusal({ args: ['sh'], rootfs }).exitCode).toBe(127);
  });
});

describe('what the program is told', () => {
  const env = (user: Record<string, string> = {}, memoryBytes = 2 * GiB, cpuCores = 1.5) => {
    const max = { ...size, memoryBytes, cpuCores };
    return plan({
      args: ['sh'],
      env: user,
      constraints: { min: size, max, priority: 50, mode: 'auto' },
    }).env;
  };

  test('a clean environment with limits that growth can use', () => {
    expect(env({ MINE: '1' })).toEqual({
      LANG: 'de_DE.UTF-8',
      PATH: '/usr/bin:/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin',
      HOME: '/work',
      USER: 'limber',
      LOGNAME: 'limber',
      SHELL: '/bin/sh',
      TMPDIR: '/tmp',
      MINE: '1',
      LIMBER_EXECUTION: 'x1',
      LIMBER_ALLOCATION_FILE: '/run/limber/allocation.json',
      OMP_NUM_THREADS: '2',
      OPENBLAS_NUM_THREADS: '2',
      MKL_NUM_THREADS: '2',
      NUMEXPR_NUM_THREADS: '2',
      RAYON_NUM_THREADS: '2',
      GOMAXPROCS: '2',
      PYTHON_CPU_COUNT: '2',
      UV_THREADPOOL_SIZE: '4',
      GOMEMLIMIT: '1843MiB',
      NODE_OPTIONS: '--max-old-space-size=2048',
    });
  });

  test('what the user sets wins; NODE_OPTIONS is added to', () => {
    const set = { OMP_NUM_THREADS: '7', HOME: '/x', PATH: '/y', GOMEMLIMIT: 'off' };
    expect(env({ ...set, NODE_OPTIONS: '--no-warnings' })).toMatchObject({
      ...set,
      NODE_OPTIONS: '--no-warnings --max-old-space-size=2048',
    });
    expect(env({ NODE_OPTIONS: '--max_old_space_size=99' })['NODE_OPTIONS']).toBe(
      '--max_old_space_size=99',
    );
  });

  test('no limit is made up where there is none or next to none', () => {
    expect(env({}, 64 * 2 ** 20)).not.toHaveProperty('NODE_OPTIONS');
    const unlimited = env({}, Infinity, Infinity);
    for (const name of ['NODE_OPTIONS', 'GOMEMLIMIT', 'OMP_NUM_THREADS'])
      expect(unlimited).not.toHaveProperty(name);
  });

  test.skipIf(!existsSync('/usr/bin/java'))(
    'java is told by arguments, unless the user did',
    () => {
      expect(plan({ args: ['java', '-jar', 'a.jar'] }).argv).toEqual([
        'java',
        '-Xmx1638m',
        '-XX:ActiveProcessorCount=2',
        '-jar',
        'a.jar',
      ]);
      expect(plan({ args: ['java', '-Xmx9m', '-XX:ActiveProcessorCount=1', 'A'] }).argv).toEqual([
        'java',
        '-Xmx9m',
        '-XX:ActiveProcessorCount=1',
        'A',
      ]);
    },
  );

  test('a script elsewhere brings its folder, or only itself where that would show too much', () => {
    const lone = put('home/me/lone.py', '');
    const other = put('home/me/other/main.py', '');
    const by = caller();
    expect(plan({ language: 'shell', scriptPath: lone }, by)).toMatchObject({
      argv: ['bash', lone],
      view: { files: [lone], toolFolders: [] },
    });
    expect(plan({ language: 'shell', scriptPath: other }, by)).toMatchObject({
      argv: ['bash', other],
      view: { files: [], toolFolders: [dirname(other)] },
    });
  });

  test('with --write the program starts in the current folder itself', () => {
    expect(plan({ args: ['sh'], writableCurrentFolder: true }).view.workingFolder).toBe(project);
    expect(plan({ args: ['sh'] }).view.workingFolder).toBe('/work');
    expect(plan({ args: ['sh'], workingFolder: '/data' }).view.workingFolder).toBe('/data');
  });
});

describe.skipIf(!hasBubblewrap)('inside the sandbox that the plan describes', () => {
  function runInside(change: Partial<Submission>, by: Caller) {
    const stateFolder = join(root, 'state');
    for (const name of ['etc', 'tmp', 'shared'])
      mkdirSync(join(stateFolder, name), { recursive: true });
    for (const name of ['passwd', 'group', 'hosts', 'hostname', 'resolv.conf'])
      writeFileSync(join(stateFolder, 'etc', name), '');
    symlinkSync(project, join(stateFolder, 'merged'));
    const spec = plan(change, by);
    const options = sandboxArguments({ spec, stateFolder, shareNetwork: false });
    return spawnSync('bwrap', [...options, '--', ...spec.argv], {
      encoding: 'utf8',
      timeout: 30_000,
    });
  }

  const real = () => caller(process.env['PATH'], { HOME: process.env['HOME'] ?? '/root' });

  test("the caller's own python3 runs, imports and finds its packages", () => {
    const scriptPath = put(
      'home/me/project/job.py',
      'import json, ssl, sqlite3, subprocess, sys\nprint(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout.strip())',
    );
    const { stdout, stderr } = runInside({ language: 'python', scriptPath }, real());
    expect(stdout, stderr).toBe('42\n');
  });

  test('typescript runs on a Node that strips types', () => {
    const scriptPath = put(
      'home/me/project/job.ts',
      'const answer: number = 42; console.log(answer);',
    );
    const { stdout, stderr } = runInside({ language: 'typescript', scriptPath }, real());
    expect(stdout, stderr).toBe('42\n');
  });

  const hasCargo = spawnSync('cargo', ['--version']).status === 0;
  test.skipIf(!hasCargo)('cargo runs from its home', () => {
    const { stdout, stderr } = runInside({ args: ['cargo', '--version'] }, real());
    expect(stdout, stderr).toMatch(/^cargo \d/);
  });

  test.skipIf(spawnSync('pip', ['--version']).status !== 0)(
    'a tool behind a version manager is found',
    () => {
      const { stdout, stderr } = runInside({ args: ['pip', '--version'] }, real());
      expect(stdout, stderr).toMatch(/^pip \d/);
    },
  );
});
