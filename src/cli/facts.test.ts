import { expect, test } from 'vitest';
import { aSubmission } from '../../test/fixtures/record/run.ts';
import { START } from '../../test/fixtures/sample-run.ts';
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
