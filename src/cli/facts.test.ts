import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import { aSubmission } from '../../test/fixtures/record/run.ts';
import { START } from '../../test/fixtures/sample-run.ts';
import { analyzeText } from './analyze-text.ts';
import { doctorText } from './doctor-text.ts';
import { planText } from './plan-text.ts';
import { plainStyle } from './style.ts';

test('the plan says size, bounds and what the program will see', () => {
  const plan = planText(
    {
      title: 'job.py --size 10',
      submission: {
        ...aSubmission,
        mounts: [{ host: '/data', guest: '/in', writable: true }],
        network: { kind: 'none', hostPorts: [8080] },
        timeoutMs: 600_000,
      },
      profile: { score: 41.6, class: 'quadratic' },
      initial: START,
      initialReasons: ['builds about 40Mi of lists'],
      enforcement: { kind: 'observe', problem: 'no cgroup can be written', hint: 'Run as root.' },
    },
    plainStyle(),
  );
  expect(plan).toMatchInlineSnapshot(`
    "  would run    job.py --size 10
      code         python, complexity 42 of 100, quadratic
      first size   CPU 1 · memory 64Mi · network ↓20M ↑20M
                   builds about 40Mi of lists
      bounds       CPU 1 · memory 64Mi · network ↓20M ↑20M
      policy       predictive, priority 50, mode auto
      resizing     none, watching only: no cgroup can be written
                   Run as root.
      system       of this machine, read-only
      folder       /home/user, read-only
      mounts       /in is /data, writable
      network      none
                   host.limber.internal:8080 is port 8080 of this machine
      environment  TOKEN
      limits       10 min, 256Mi of /tmp, 1024 processes and threads, 8Gi of output
    "
  `);
  expect(plan).not.toContain('secret');
});

test('an analysis lists functions by cost and what sizing will believe', async () => {
  const source = [
    'import requests',
    'def light(a):',
    '    return a + 1',
    'def heavy(n):',
    '    table = [0] * 10**8',
    '    for i in range(n):',
    '        for j in range(n):',
    '            if table[i] > j: requests.get("http://x")',
  ].join('\n');
  const text = analyzeText(
    await analyze({ source, language: 'python', file: 'job.py' }),
    plainStyle(),
  );
  const lines = text.split('\n');
  expect(lines[0]).toBe('job.py');
  expect(lines[1]).toMatch(
    /^FUNCTION +LINES +SCORE +CLASS +CYCLOMATIC +COGNITIVE +LOOPS +RECURSION$/,
  );
  expect(lines[2]).toMatch(/^heavy +4-8 +\d+ +quadratic +4 +\d+ +2 +–$/);
  expect(lines.findIndex((line) => line.startsWith('light'))).toBeGreaterThan(2);
  expect(text).toMatch(/line 8: http, requests\.get, inside 2 loops/);
  expect(text).toMatch(/line 5: .*763Mi/);
  for (const name of ['score', 'class', 'memory', 'CPU', 'network', 'waiting']) {
    expect(text).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
  }
});

test('doctor ticks, crosses, says what to do and sums up', () => {
  const fine = { name: 'cgroups', ok: true, detail: 'version 2, writable', hint: 'not shown' };
  const missing = {
    name: 'bubblewrap',
    ok: false,
    detail: 'not found',
    hint: 'apt-get install bubblewrap',
  };
  expect(doctorText([fine, missing], plainStyle()).split('\n')).toEqual([
    '✓  cgroups     version 2, writable',
    '✗  bubblewrap  not found',
    '               → apt-get install bubblewrap',
    '',
    '1 of 2 checks need attention: bubblewrap.',
    '',
  ]);
  expect(doctorText([fine], plainStyle({ unicode: false }))).toContain('ok  cgroups');
});
