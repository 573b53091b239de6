import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ApiDouble } from '../kubernetes/api-double.ts';
import { CLUSTER, IMAGE } from '../kubernetes/cluster.ts';
import { installAgent, installCilium } from '../kubernetes/cilium.ts';
import type { DoubleOptions } from '../kubernetes/request-facts.ts';
import { test, type Box } from './box.ts';
import { readEvents, Server } from './serve/server.ts';

const MIB = 2 ** 20;
const POD = ['--runtime', 'kubernetes'];

type Env = Readonly<Record<string, string>>;

/** The command line against the cluster under test: a real one where there is one. */
async function withCluster(box: Box, work: (env: Env) => Promise<void>): Promise<void> {
  if (CLUSTER === undefined) return withDouble(box, (_double, env) => work(env));
  const config = join(box.folder, 'config.json');
  writeFileSync(config, JSON.stringify({ kubernetes: { images: { python: IMAGE, '*': IMAGE } } }));
  await work({ KUBECONFIG: CLUSTER, LIMBER_CONFIG: config });
}

/** A cluster of one node that does what it is told to; what the pods used is gone afterwards. */
async function withDouble(
  box: Box,
  work: (double: ApiDouble, env: Env) => Promise<void>,
  options?: DoubleOptions,
): Promise<void> {
  const double = await ApiDouble.open(options);
  const kubeconfig = join(box.folder, 'kubeconfig');
  writeFileSync(kubeconfig, double.kubeconfig());
  try {
    await work(double, { KUBECONFIG: kubeconfig });
    const left = [...double.store.list('Pod'), ...double.store.list('ConfigMap')];
    expect(left.map(({ metadata }) => metadata.name)).toEqual([]);
  } finally {
    await double.close();
  }
}

test('a script runs as a pod: output, exit code, input and summary are those of any run', async ({
  box,
}) => {
  await withCluster(box, async (env) => {
    box.write('data.txt', 'forty-two\n');
    const script = box.write(
      'job.py',
      `import sys
print(open('data.txt').read().strip(), sys.stdin.read().strip(), sys.argv[1])
print('oops', file=sys.stderr)
sys.exit(3)`,
    );
    const ended = await box.run([...POD, script, 'argument'], { env, stdin: 'given\n' });
    expect(ended.stdout.toString()).toBe('forty-two given argument\n');
    expect(ended.stderr).toContain('oops\n');
    expect([ended.exitCode, ended.summary?.runtime]).toEqual([3, 'kubernetes']);
  });
});

test('a program grows from 64 MiB to 700 MiB in its pod, and its probe is heard', async ({
  box,
}) => {
  await withCluster(box, async (env) => {
    const args = [...POD, '--max-memory', '1Gi', box.program('grow.py'), '700', '0.3'];
    const { exitCode, stdout, stderr, summary } = await box.run(args, { env });
    expect([exitCode, stdout.toString()], stderr).toEqual([0, 'grown 700\n']);
    expect(summary?.memory.peakBytes).toBeGreaterThan(700 * MIB);
    const grown = summary?.decisions.filter(({ from, to }) => to.memoryBytes > from.memoryBytes);
    expect(grown?.length).toBeGreaterThan(0);
    // One that was under way when the program ended came too late; nothing else may fail.
    const explained = await box.limber(['explain', 'last', '--all'], { env });
    expect(explained.stdout.toString().replaceAll(/\s+/g, ' ')).not.toMatch(
      /this failed(?! \(the pod has ended\))/,
    );
    expect(summary?.phases.map(({ place }) => place).join(' ')).toContain('grow.py');
  });
});

test('a run that may reach something has network rates where somebody limits them', async ({
  box,
}) => {
  await withDouble(box, async (double, env) => {
    const plan = async (...args: readonly string[]) => {
      const { stdout } = await box.limber(['run', '--dry-run', ...POD, ...args, '--', 'true'], {
        env,
      });
      return stdout.toString();
    };
    const asked = ['--network', 'egress', '--max-network', '20M'];
    expect(await plan(...asked)).toMatch(/no network rates/);
    installCilium(double.store, { version: 'v1.17.0' });
    expect(await plan(...asked)).toMatch(/network\s.*20\s?M/);
    expect(await plan()).toMatch(/no network rates/);
    const { stdout } = await box.limber(['doctor', '--kubernetes'], { env });
    expect(stdout.toString()).toMatch(/network rates\s+limited by Cilium for what pods send/);
    for (const pod of double.store.list('Pod')) double.store.remove(pod);
    for (const config of double.store.list('ConfigMap')) double.store.remove(config);
  });
});

test('what the program changes comes back with --write, and else does not', async ({ box }) => {
  await withCluster(box, async (env) => {
    const command = ['--', 'sh', '-c', 'echo new >made'];
    expect((await box.run([...POD, ...command], { env })).exitCode).toBe(0);
    expect(() => readFileSync(join(box.current, 'made'))).toThrow();
    expect((await box.run([...POD, '--write', ...command], { env })).exitCode).toBe(0);
    expect(readFileSync(join(box.current, 'made'), 'utf8')).toBe('new\n');
  });
});

test('a run whose node is lost says so, and one that cannot be is refused', async ({ box }) => {
  await withDouble(box, async (double, env) => {
    const limber = box.start(['run', ...POD, '--', 'sh', '-c', 'echo on; sleep 60'], { env });
    await limber.prints('on');
    const [pod] = double.store.list('Pod');
    expect(pod?.metadata.namespace).toBe('limber-default');
    double.kubelet.lose();
    const lost = await limber.ended;
    expect(lost.exitCode).toBe(75);
    expect(lost.stderr).toContain('DeletionByTaintManager');
    const refused = await box.limber(['run', ...POD, '--mount', '/usr:/mnt', '--', 'true'], {
      env,
    });
    expect([refused.exitCode, refused.stderr]).toEqual([
      64,
      expect.stringContaining('shows no folders of this machine'),
    ]);
  });
});

test('a run whose node is lost is run once more where that was asked for', async ({ box }) => {
  await withDouble(box, async (double, env) => {
    const command = ['sh', '-c', 'echo on; sleep 8; echo done'];
    const limber = box.start(['run', ...POD, '--retry-lost', '--', ...command], { env });
    await limber.prints('on');
    double.kubelet.lose();
    const { exitCode, stdout, stderr } = await limber.ended;
    expect([exitCode, stdout.toString()]).toEqual([0, 'on\non\ndone\n']);
    expect(stderr).toContain('It is run once more');
    const listed = await box.limber(['ps', '--all', '--json'], { env });
    const runs = JSON.parse(listed.stdout.toString()) as { status: string }[];
    expect(runs.map(({ status }) => status).toSorted()).toEqual(['lost', 'succeeded']);
  });
});

test('an execution of a server is run once more where its body asks for it, with one outcome', async ({
  box,
}) => {
  await withDouble(box, async (double, env) => {
    const server = await new Server(box, ['--no-keys', ...POD], env).start();
    const command = ['sh', '-c', 'echo on; sleep 8; echo done'];
    const [again, lost] = [
      await server.begin({ command, retryLost: true }),
      await server.begin({ command }),
    ];
    for (const { id } of [again, lost])
      await expect.poll(() => server.output(id), { timeout: 60_000 }).toBe('on\n');
    double.kubelet.lose();
    expect(await server.get(lost.id, '?waitMs=60000')).toMatchObject({ outcome: 'lost' });
    const view = await server.get(again.id, '?waitMs=60000');
    expect(view).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
    expect(view.summary?.notes.map(({ code }) => code)).toContain('run-again');
    expect(await server.output(again.id)).toBe('on\non\ndone\n');
    const told = await readEvents(await server.fetch('GET', `/v1/executions/${again.id}/events`));
    const states = told.filter(({ kind }) => kind === 'state').map(({ data }) => data);
    expect(states.map(({ state, attempt = 1 }) => [state, attempt])).toEqual([
      ...[
        ['queued', 1],
        ['running', 1],
        ['running', 2],
        ['ended', 1],
      ],
    ]);
    const text = told.filter(({ kind }) => kind === 'output').map(({ data }) => data['text']);
    expect(text.join('')).toBe('on\non\ndone\n');

    // Over the end of servers, too: of one that a later server adopted, and of one that was gone by then.
    const begin = async () => {
      const env = { SAID: 'secret' };
      const command = ['sh', '-c', 'echo on $SAID; sleep 6; echo done'];
      const { id } = await server.begin({ command, env, retryLost: true });
      await expect.poll(() => server.output(id), { timeout: 60_000 }).toBe('on secret\n');
      await server.kill('SIGKILL');
      return id;
    };
    const adopted = await begin();
    await server.start();
    await expect
      .poll(async () => (await server.get(adopted)).state, { timeout: 60_000 })
      .toBe('running');
    double.kubelet.lose();
    expect(await server.get(adopted, '?waitMs=60000')).toMatchObject({ outcome: 'succeeded' });
    expect(await server.output(adopted)).toBe('on secret\non secret\ndone\n');
    const gone = await begin();
    for (const pod of double.store.list('Pod')) double.store.remove(pod);
    await server.start();
    expect(await server.get(gone, '?waitMs=60000')).toMatchObject({ outcome: 'succeeded' });
    expect(await server.output(gone)).toBe('on secret\non secret\ndone\n');
    await server.kill('SIGTERM');
  });
});

test('a run that times out is ended, and its pod is removed', async ({ box }) => {
  await withCluster(box, async (env) => {
    const { exitCode, stdout, summary } = await box.run(
      [
        ...POD,
        '--timeout',
        '4s',
        '--',
        'sh',
        '-c',
        'trap "echo asked; exit" TERM; while :; do sleep 0.1; done',
      ],
      { env },
    );
    expect([exitCode, stdout.toString(), summary?.outcome]).toEqual([124, 'asked\n', 'timed-out']);
  });
});

test('a server that is killed leaves its pods running, and the next one has it all', async ({
  box,
}) => {
  await withCluster(box, async (env) => {
    const server = await new Server(box, ['--no-keys', ...POD], env).start();
    const code = `
import time
for n in range(30):
    print(n, flush=True)
    time.sleep(0.1)
open('result.txt', 'w').write('kept')
raise SystemExit(4)`;
    const { id } = await server.begin({ code, language: 'python' });
    await expect.poll(() => server.output(id), { timeout: 30_000 }).toContain('3\n');
    await server.kill('SIGKILL');
    await server.start();
    const view = await server.get(id, '?waitMs=60000');
    expect(view).toMatchObject({ state: 'ended', outcome: 'failed', exitCode: 4 });
    const lines = Array.from({ length: 30 }, (_, n) => `${n}\n`).join('');
    expect(await server.output(id)).toBe(lines);
    const file = await server.fetch('GET', `/v1/executions/${id}/files/result.txt`);
    expect(await file.text()).toBe('kept');
    await server.kill('SIGTERM');
  });
});

test('limber doctor --kubernetes says what will not work', async ({ box }) => {
  await withDouble(box, async (double, env) => {
    const fine = await box.limber(['doctor', '--kubernetes', '--json'], { env });
    expect([fine.exitCode, fine.stderr]).toEqual([0, '']);
    expect(fine.stdout.toString()).toMatch(/none: limits move[^]*not limited: neither/);
    const doctor = () => box.limber(['doctor', '--kubernetes'], { env });
    installAgent(double.store, { version: '0.0.9', isReady: false });
    const agents = await doctor();
    expect([agents.exitCode, agents.stdout.toString()]).toEqual([
      1,
      expect.stringMatching(
        /on 0 of 1 nodes; not looking: other; of another version[^]*limited by the agents/,
      ),
    ]);
    for (const pod of double.store.list('Pod')) double.store.remove(pod);
    const operator = await box.limber(['doctor', '--kubernetes', '--operator'], { env });
    expect(operator.stdout.toString()).toContain('the cluster knows ElasticPolicy');
  });
  const options = { minor: '32', forbidden: ['patch pods/resize'] };
  await withDouble(
    box,
    async (_double, env) => {
      const { exitCode, stdout } = await box.limber(['doctor', '--kubernetes'], { env });
      expect(exitCode).toBe(1);
      expect(stdout.toString()).toContain('may not patch pods/resize: nothing is resized');
      expect(stdout.toString()).toContain('from 1.33 on');
    },
    options,
  );
});
