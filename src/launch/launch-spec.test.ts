import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Submission } from '#model/execution.ts';
import { sandboxArguments } from '#runtimes/process/sandbox/system-view.ts';
import { requires } from '../../test/capabilities.ts';
import { GiB, SIZE, openTestHome } from './test-home.fixture.ts';

type CallerEnv = ReturnType<typeof home.caller>;

const hasBubblewrap = spawnSync('bwrap', ['--version']).error === undefined;

let home: ReturnType<typeof openTestHome>;
beforeEach(() => {
  home = openTestHome();
});
afterEach(() => home.close());

describe('what the program is told', () => {
  const env = (user: Record<string, string> = {}, memoryBytes = 2 * GiB, cpuCores = 1.5) => {
    const max = { ...SIZE, memoryBytes, cpuCores };
    return home.plan({
      args: ['sh'],
      env: user,
      constraints: { min: SIZE, max, priority: 50, mode: 'auto' },
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

  test('java is told by arguments, unless the user did', (context) => {
    requires(context, 'java');
    expect(home.plan({ args: ['java', '-jar', 'a.jar'] }).argv).toEqual([
      'java',
      '-Xmx1638m',
      '-XX:ActiveProcessorCount=2',
      '-jar',
      'a.jar',
    ]);
    expect(home.plan({ args: ['java', '-Xmx9m', '-XX:ActiveProcessorCount=1', 'A'] }).argv).toEqual(
      ['java', '-Xmx9m', '-XX:ActiveProcessorCount=1', 'A'],
    );
  });

  test('a script elsewhere brings its folder, or only itself where that would show too much', () => {
    const lone = home.put('home/me/lone.py', '');
    const other = home.put('home/me/other/main.py', '');
    const by = home.caller();
    expect(home.plan({ language: 'shell', scriptPath: lone }, by)).toMatchObject({
      argv: ['bash', lone],
      view: { files: [lone], toolFolders: [] },
    });
    expect(home.plan({ language: 'shell', scriptPath: other }, by)).toMatchObject({
      argv: ['bash', other],
      view: { files: [], toolFolders: [dirname(other)] },
    });
  });

  test('with --write the program starts in the current folder itself', () => {
    expect(home.plan({ args: ['sh'], writableCurrentFolder: true }).view.workingFolder).toBe(
      home.project,
    );
    expect(home.plan({ args: ['sh'] }).view.workingFolder).toBe('/work');
    expect(home.plan({ args: ['sh'], workingFolder: '/data' }).view.workingFolder).toBe('/data');
  });
});

describe.skipIf(!hasBubblewrap)('inside the sandbox that the plan describes', () => {
  function runInside(change: Partial<Submission>, by: CallerEnv) {
    const stateFolder = join(home.root, 'state');
    for (const name of ['etc', 'tmp', 'shared'])
      mkdirSync(join(stateFolder, name), { recursive: true });
    for (const name of ['passwd', 'group', 'hosts', 'hostname', 'resolv.conf'])
      writeFileSync(join(stateFolder, 'etc', name), '');
    symlinkSync(home.project, join(stateFolder, 'merged'));
    const spec = home.plan(change, by);
    const options = sandboxArguments({
      spec,
      stateFolder,
      identityFolder: `${stateFolder}/etc`,
      shareNetwork: false,
    });
    return spawnSync('bwrap', [...options, '--', ...spec.argv], {
      encoding: 'utf8',
      timeout: 30_000,
    });
  }

  const real = () => home.caller(process.env['PATH'], { HOME: process.env['HOME'] ?? '/root' });

  test("the caller's own python3 runs, imports and finds its packages", () => {
    const scriptPath = home.put(
      'home/me/project/job.py',
      'import json, ssl, sqlite3, subprocess, sys\nprint(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout.strip())',
    );
    const { stdout, stderr } = runInside({ language: 'python', scriptPath }, real());
    expect(stdout, stderr).toBe('42\n');
  });

  test('typescript runs on a Node that strips types', () => {
    const scriptPath = home.put(
      'home/me/project/job.ts',
      'const answer: number = 42; console.log(answer);',
    );
    const { stdout, stderr } = runInside({ language: 'typescript', scriptPath }, real());
    expect(stdout, stderr).toBe('42\n');
  });

  test('cargo runs from its home', (context) => {
    requires(context, 'cargo');
    const { stdout, stderr } = runInside({ args: ['cargo', '--version'] }, real());
    expect(stdout, stderr).toMatch(/^cargo \d/);
  });

  test('a tool behind a version manager is found', (context) => {
    requires(context, 'pip');
    const { stdout, stderr } = runInside({ args: ['pip', '--version'] }, real());
    expect(stdout, stderr).toMatch(/^pip \d/);
  });
});
