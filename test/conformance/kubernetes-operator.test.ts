import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runForLeader } from '#operator/leader.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import { openCluster, type TestCluster } from '../kubernetes/cluster.ts';
import { defaultValues, renderChart } from '../../scripts/chart.ts';
import type { Rule } from '../kubernetes/role-rules.ts';
import { userOf } from '../kubernetes/workloads.ts';

const LIMBER = fileURLToPath(new URL('../fixtures/limber-from-source.ts', import.meta.url));
const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const RENDERED = renderChart(defaultValues(), { Name: 'limber', Namespace: 'shop-system' });
/** What its roles give; a webhook has rules of another kind. */
const RULES = RENDERED.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole').flatMap(
  (role) => (role as unknown as { readonly rules: readonly Rule[] }).rules,
);
const MODEST = {
  requests: { cpu: '100m', memory: String(64 * 2 ** 20) },
  limits: { cpu: '200m', memory: String(200 * 2 ** 20) },
};

describe('the operator', () => {
  let cluster: TestCluster;
  let user: ReturnType<typeof userOf>;
  let operators: ChildProcess[] = [];
  const used = new Set<Rule>();

  /** As in a pod of its own: a process with the command line, and the rights of the chart. */
  function startOperator(...more: readonly string[]): ChildProcess {
    const kubeconfig = `${cluster.root}/operator`;
    writeFileSync(kubeconfig, cluster.double!.kubeconfig('operator'));
    const args = ['--conditions=limber-source', '--no-warnings', LIMBER, 'operator'];
    const child = spawn(process.execPath, [...args, '--lease-namespace', 'shop', ...more], {
      env: { ...process.env, KUBECONFIG: kubeconfig },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    operators.push(child);
    return child;
  }

  beforeEach(async () => {
    cluster = await openCluster({ rules: RULES });
    user = userOf(cluster);
    await user.makeNamespace();
  });

  afterEach(async () => {
    for (const child of operators) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    operators = [];
    cluster.double!.usedRules.forEach((rule) => used.add(rule));
    await cluster.close();
  });

  afterAll(() => {
    // Whatever the chart gives was needed above.
    expect(RULES.filter((rule) => !used.has(rule))).toEqual([]);
  });

  test("an existing Deployment's pod grows beyond its limits and shrinks again, whatever happens to watches", async () => {
    await user.deploy('web', ['python3', '-uc', GROWS_AND_SHRINKS], MODEST);
    const { uid } = user.pod().metadata;
    await user.applyPolicy('web', {
      targetRef: TARGET,
      resourcePolicy: {
        containerPolicies: [{ containerName: '*', maxAllowed: { cpu: '1', memory: '1Gi' } }],
      },
    });
    const operator = startOperator();
    // It computes first, and has next to nothing to do while it grows.
    await until(() => user.held().cpuCores > 0.5);
    await until(() => user.held().memoryMib > 150);
    cluster.double!.dropWatches();
    cluster.double!.store.compact();
    await until(() => user.held().memoryMib > 500);
    await until(() => user.held().memoryMib < 200);
    expect(user.pod().metadata.uid).toBe(uid);
    expect(user.pod()).toMatchObject({
      status: { phase: 'Running', containerStatuses: [{ state: { running: {} } }] },
    });
    expect(user.condition('web', 'Active')).toMatchObject({ status: 'True', reason: 'Resizing' });
    await until(() => (user.policy('web').status?.lastDecisions.length ?? 0) === 10);
    expect(user.policy('web').status?.lastDecisions[0]?.message).not.toBe('');
    const told = user
      .events()
      .map(({ involvedObject, reason }) => `${involvedObject.kind} ${reason}`);
    expect(told).toEqual(
      expect.arrayContaining(['Pod Resized', 'ElasticPolicy Resized', 'ElasticPolicy Resizing']),
    );
    operator.kill('SIGTERM');
    expect(await once(operator, 'exit')).toEqual([0, null]);
    // It has given its Lease back: the next one need not wait for it to expire.
    expect(cluster.double!.store.list('Lease')).toMatchObject([{ spec: { holderIdentity: '' } }]);
  });

  test('Off only recommends; who scales by CPU already is left its CPU', async () => {
    await user.deploy('web', ['python3', '-uc', HOLDS_100_MIB], MODEST);
    await user.applyPolicy('web', { targetRef: TARGET, updateMode: 'Off' });
    startOperator();
    const recommended = () =>
      user.policy('web').status?.recommendation.containerRecommendations[0]?.target.memory;
    await until(() => Number.parseInt(recommended() ?? '0', 10) > 100);
    expect(user.condition('web', 'Active')?.reason).toBe('Recommending');
    const resizes = () =>
      cluster.double!.requests.filter((request) => request.endsWith('/resize')).length;
    expect(resizes()).toBe(0);

    await user.scaleByCpu('web');
    await until(() => user.condition('web', 'Yielding')?.status === 'True');
    expect(user.condition('web', 'Yielding')?.message).toMatch(
      /^CPU left alone: HorizontalPodAutoscaler web scales web by cpu/,
    );
    expect(user.events()).toContainEqual(
      expect.objectContaining({ reason: 'ScaledByOthers', type: 'Warning' }),
    );
    const path = '/apis/limber.dev/v1alpha1/namespaces/shop/elasticpolicies/web';
    await cluster.client.request({
      verb: 'PATCH',
      path,
      body: { spec: { updateMode: 'InPlace' } },
    });
    await until(() => user.held().memoryMib > 100);
    expect(user.held().cpuCores).toBe(0.1);
    expect(user.pod().spec.containers[0]?.resources.limits?.cpu).toBe('200m');
  });

  test('a pod that its node can never resize is evicted where the policy lets', async () => {
    await user.deploy('web', ['python3', '-uc', HOLDS_100_MIB], MODEST);
    const { uid } = user.pod().metadata;
    cluster.double!.faults.infeasible = true;
    await user.applyPolicy('web', { targetRef: TARGET, updateMode: 'InPlaceOrRecreate' });
    startOperator();
    await until(() => user.pod()?.metadata.uid !== uid);
    await until(() => user.events().some(({ reason }) => reason === 'Evicted'));
    expect(user.events().map(({ reason }) => reason)).toContain('ResizeRefused');
  });

  test('a new pod begins with what the last one came to need, and is made without an answer as well', async () => {
    const [port, healthPort] = [await freePort(), await freePort()];
    const { services, unanswered, store } = cluster.double!;
    services.set('shop-system/limber-operator', port);
    await user.install(RENDERED, 'shop-system');
    await user.deploy('web', ['python3', '-uc', HOLDS_100_MIB], MODEST);
    await user.applyPolicy('web', { targetRef: TARGET, updateMode: 'Initial' });
    const operator = startOperator(
      ...['--webhook', 'limber-operator', '--webhook-port', String(port)],
      ...['--lease-namespace', 'shop-system', '--certificate-lifetime', '60s'],
      ...['--health-port', String(healthPort)],
    );
    await until(() => user.peakMib('web') > 100);
    // Made before there was an operator, and left alone since.
    expect(user.held().memoryMib).toBe(64);
    expect(unanswered).toHaveLength(1);
    unanswered.length = 0;

    await user.removePod();
    await until(() => user.pod() !== undefined);
    const { metadata, spec } = user.pod();
    expect(metadata.annotations).toEqual({ 'limber.dev/initial-sizes': 'web' });
    const { requests, limits } = spec.containers[0]!.resources;
    expect(Number(requests?.memory)).toBeGreaterThan(100 * 2 ** 20);
    expect(Number(limits?.memory)).toBeGreaterThan(Number(requests?.memory));
    expect(unanswered).toEqual([]);

    // A certificate that is lost is made anew, and trusted before it is served with.
    const secret = () => store.get('Secret', 'shop-system', 'limber-operator');
    const lost = secret()!;
    await cluster.client.request({
      verb: 'DELETE',
      path: '/api/v1/namespaces/shop-system/secrets/limber-operator',
      body: {},
    });
    await until(() => secret() !== undefined && secret()!.metadata.uid !== lost.metadata.uid);
    await until(async () => {
      unanswered.length = 0;
      const { uid } = user.pod().metadata;
      await user.removePod();
      await until(() => user.pod() !== undefined && user.pod().metadata.uid !== uid);
      return unanswered.length === 0;
    });
    expect(user.pod().metadata.annotations).toBeDefined();
    const ask = (path: string) => fetch(`http://127.0.0.1:${healthPort}${path}`);
    expect([(await ask('/healthz')).status, (await ask('/readyz')).status]).toEqual([200, 200]);
    const metrics = await (await ask('/metrics')).text();
    expect(metrics).toMatch(/limber_operator_admissions_total\{sized="true"\} [1-9]/);
    expect(metrics).toMatch(/limber_operator_leading 1/);

    operator.kill('SIGTERM');
    await once(operator, 'exit');
    await user.removePod();
    await until(() => user.pod() !== undefined);
    expect(user.pod().metadata.annotations).toBeUndefined();
    expect(user.pod().spec.containers[0]!.resources).toEqual(MODEST);
    expect(unanswered).toHaveLength(1);
  });

  test('a policy that cannot be is refused with what is wrong, by the definition itself', async () => {
    await expect(user.applyPolicy('none', {})).rejects.toThrow(/exactly one of targetRef/);
    const bounds = (bound: object) => ({
      targetRef: TARGET,
      resourcePolicy: { containerPolicies: [{ containerName: '*', ...bound }] },
    });
    await expect(
      user.applyPolicy(
        'inverted',
        bounds({ minAllowed: { memory: '2Gi' }, maxAllowed: { memory: '1Gi' } }),
      ),
    ).rejects.toThrow(/minAllowed must not be above maxAllowed/);
    await expect(
      user.applyPolicy('words', bounds({ minAllowed: { cpu: 'many' } })),
    ).rejects.toThrow(/expected quantities/);
    await expect(
      user.applyPolicy('job', { targetRef: { ...TARGET, kind: 'Job' } }),
    ).rejects.toThrow(/Jobs are of batch/);
    await user.applyPolicy(
      'fine',
      bounds({ minAllowed: { cpu: '50m', memory: '64Mi' }, maxAllowed: { memory: '1Gi' } }),
    );
  });

  test('of two only one leads; when it is cut off, it stops before the other one begins', async () => {
    const leading: string[] = [];
    const history: string[] = [];
    let isCutOff = false;
    const cutOff: Client = {
      ...cluster.client,
      request: (request) =>
        isCutOff ? Promise.reject(new Error('cut off')) : cluster.client.request(request),
    };
    const run = (identity: string, client: Client) =>
      runForLeader({
        client,
        namespace: 'shop',
        name: 'limber-operator',
        identity,
        durationMs: 1_500,
        async onStart() {
          leading.push(identity);
          history.push(`${leading.length} lead`);
        },
        async onStop() {
          leading.splice(leading.indexOf(identity), 1);
        },
        onProblem() {},
      });
    const stopFirst = run('first', cutOff);
    await until(() => leading.includes('first'));
    const stopSecond = run('second', cluster.client);
    await sleep(1_000);
    expect(leading).toEqual(['first']);
    isCutOff = true;
    await until(() => leading.includes('second'));
    expect(history).toEqual(['1 lead', '1 lead']);
    await Promise.all([stopFirst(), stopSecond()]);
    expect(leading).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

const GROWS_AND_SHRINKS = `
import time
end = time.time() + 3
while time.time() < end: pass
held = []
for _ in range(600):
    held.append(bytearray(1 << 20))
    time.sleep(0.004)
time.sleep(1)
del held
time.sleep(600)
`;

const HOLDS_100_MIB = `
import time
held = bytearray(100 << 20)
while True: time.sleep(0.05)
`;

async function until(
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 40_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await sleep(20);
  }
}
