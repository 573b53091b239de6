import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import {
  AGENT_CONDITION,
  grantedCeilings,
  hasAgent as looksAfter,
  NETWORK_RATES,
  ratesText,
} from '#runtimes/kubernetes/agent-bounds.ts';
import { loadConfig } from '#config/load.ts';
import { Operator } from '#operator/operator.ts';
import { runInPod } from '#runtimes/kubernetes/api/run-command.ts';
import type { Pod } from '../kubernetes/pod-types.ts';
import { userOf } from '../kubernetes/workloads.ts';
import { NodeAgent } from '#node-agent/node-agent.ts';
import { createClient, type Client } from '#runtimes/kubernetes/api/client.ts';
import { openConnection } from '#runtimes/kubernetes/api/kubeconfig.ts';
import type { Instance } from '#model/instance.ts';
import { defaultValues, renderChart } from '../../scripts/chart.ts';
import { installCilium } from '../kubernetes/cilium.ts';
import { openCluster, type TestCluster } from '../kubernetes/cluster.ts';
import { NODE } from '../kubernetes/kubelet.ts';
import type { Rule } from '../kubernetes/role-rules.ts';
import { SMALL } from './runtime-suite.ts';

const MIB = 2 ** 20;
const RULES = rulesOf('limber-agent');
const OPERATOR_RULES = rulesOf('limber-operator-workloads');

function rulesOf(role: string): readonly Rule[] {
  const agent = { enabled: true, rates: true, cgroupRoot: '' };
  return renderChart({ ...defaultValues(), agent })
    .filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === role)
    .flatMap((found) => (found as unknown as { readonly rules: readonly Rule[] }).rules);
}

/** Grows when it is told to, by 200 MiB a second. */
const GROWS_WHEN_TOLD = `
import signal, time
told = []
signal.signal(signal.SIGUSR1, lambda *_: told.append(1))
while not told: time.sleep(0.05)
held = []
for _ in range(60):
    held.append(bytearray(10 << 20))
    time.sleep(0.05)
time.sleep(600)`;
/** From 64 MiB to 600 MiB in three seconds: its first limit is 320 MiB. */
const GROWS = `
import time
held = []
for _ in range(54):
    held.append(bytearray(10 << 20))
    time.sleep(0.05)
print('held', sum(map(len, held)) >> 20)`;

let cluster: TestCluster;
let agent: NodeAgent | undefined;
let agentClient: Client | undefined;
const running: Instance[] = [];

afterEach(closeAll);

async function closeAll(): Promise<void> {
  for (const instance of running.splice(0)) await instance.release();
  agent?.close();
  agentClient?.close();
  await cluster.close();
}

/** With the rights of the chart's DaemonSet, and no more. */
async function startAgent(log: string[] = [], given?: Client): Promise<void> {
  const kubeconfig = join(cluster.root, 'agent');
  writeFileSync(kubeconfig, cluster.double!.kubeconfig('operator'));
  agentClient = createClient(openConnection({ kubeconfig }, {}));
  agent = new NodeAgent({
    client: given ?? agentClient,
    nodeName: NODE,
    namespacePrefix: 'limber-test-',
    cgroups: cluster.double!.kubelet.cgroups,
    setsRates: true,
    log: (text) => log.push(text),
  });
  await agent.start();
}

async function launch(argv: readonly string[], change = {}): Promise<Instance> {
  const { instance, output } = await cluster.openRuntime().launch(cluster.spec(argv, change));
  output.stdout?.resume();
  output.stderr?.resume();
  running.push(instance);
  return instance;
}

test('a pod that grows while the API does nothing is ended without an agent, and not with one', async () => {
  cluster = await openCluster({ rules: RULES });
  const alone = await launch(['python3', '-c', GROWS]);
  expect(await alone.exited).toMatchObject({ memoryExhausted: true, memoryLimitBytes: 320 * MIB });
  const log: string[] = [];
  await startAgent(log);
  const seconded = await launch(['python3', '-c', GROWS]);
  expect(await seconded.exited).toMatchObject({ exitCode: 0, memoryExhausted: false });
  expect(log.join('\n')).toMatch(/limber-test-conformance\/\S+ main: memory limit \d+ on the node/);
  // Not beyond what its controller granted.
  const bounded = await launch(['python3', '-c', GROWS], { maxMemoryBytes: 400 * MIB });
  const end = await bounded.exited;
  expect(end.memoryExhausted).toBe(true);
  // At its maximum it has no limit of its own to name; an agent that is held up lets it end at its first one.
  expect([undefined, 320 * MIB]).toContain(end.memoryLimitBytes);
  const { usedRules } = cluster.double!;
  expect(RULES.filter((rule) => !usedRules.has(rule))).toEqual([]);
});

test('rates are what the agent of the node says that it has set, and stay where there is none', async () => {
  cluster = await openCluster({}, { networkRates: 'agent' });
  const { client } = cluster;
  const initial = { ...SMALL, ingressBitsPerSecond: 8e6, egressBitsPerSecond: 4e6 };
  const instance = await launch(['sleep', '60'], {
    initial,
    network: { kind: 'egress', hostPorts: [] },
  });
  const faster = { ...initial, ingressBitsPerSecond: 16e6 };
  expect((await instance.resize(faster)).actual).toEqual(initial);
  // Nobody has answered: nothing is limited, whatever was asked for.
  const none = { ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };
  await expect.poll(() => instance.allocation(), { timeout: 30_000 }).toMatchObject(none);

  const pods = () => cluster.double!.store.list('Pod');
  const [pod] = pods();
  const tell = (message: string) =>
    client.request({
      verb: 'PATCH',
      path: `/api/v1/namespaces/${pod!.metadata.namespace}/pods/${pod!.metadata.name}/status`,
      patch: 'strategic-merge',
      body: { status: { conditions: [{ type: AGENT_CONDITION, status: 'True', message }] } },
    });
  await tell(ratesText(initial));
  // The watch brings it; until then nobody is there to ask.
  const asked = () => pods()[0]!.metadata.annotations?.[NETWORK_RATES];
  let resized = instance.resize(faster);
  await expect
    .poll(async () => {
      if (asked() !== ratesText(faster)) resized = instance.resize(faster);
      return asked();
    })
    .toBe(ratesText(faster));
  await tell(ratesText(faster));
  expect(await resized).toMatchObject({ state: 'applied', actual: faster });
  expect(instance.allocation()).toEqual(faster);

  const silent = await instance.resize(initial);
  expect(silent).toMatchObject({ state: 'failed', message: expect.stringMatching(/agent/) });
  expect(silent.actual.ingressBitsPerSecond).toBe(16e6);
});

test('Cilium is told rates by annotations, and what its version does not limit has none', async () => {
  cluster = await openCluster({});
  const { store } = cluster.double!;
  const network = { kind: 'egress' as const, hostPorts: [] };
  const initial = { ...SMALL, ingressBitsPerSecond: 8e6, egressBitsPerSecond: 4e6 };
  const annotations = (name: string) =>
    store.list('Pod').find(({ metadata }) => metadata.name === name)?.metadata.annotations;
  installCilium(store);
  const both = await launch(['sleep', '60'], { initial, network });
  expect(both.allocation()).toEqual(initial);
  const faster = { ...initial, ingressBitsPerSecond: 16e6 };
  expect(await both.resize(faster)).toMatchObject({ state: 'applied', actual: faster });
  expect(annotations(`limber-${both.id}`)).toMatchObject({
    'kubernetes.io/ingress-bandwidth': '16000000',
    'kubernetes.io/egress-bandwidth': '4000000',
  });
  expect(annotations(`limber-${both.id}`)).not.toHaveProperty(NETWORK_RATES);
  await closeAll();

  cluster = await openCluster({});
  installCilium(cluster.double!.store, { version: 'v1.17.9' });
  expect(await cluster.openRuntime().shapes?.()).toEqual({ ingress: false, egress: true });
  await cluster.close();
  cluster = await openCluster({});
  installCilium(cluster.double!.store, { isOn: false });
  expect(await cluster.openRuntime().shapes?.()).toEqual({ ingress: false, egress: false });
});

test('of a pod under an ElasticPolicy, the agent raises what the operator granted, with nobody else there', async () => {
  cluster = await openCluster({ rules: OPERATOR_RULES });
  const { client } = cluster;
  const { kubelet, usedRules } = cluster.double!;
  const user = userOf(cluster);
  await user.makeNamespace();
  await user.deploy('web', ['python3', '-uc', GROWS_WHEN_TOLD], {
    requests: { cpu: '100m', memory: '64Mi' },
    limits: { cpu: '500m', memory: '200Mi' },
  });
  const containerPolicies = [{ containerName: '*', maxAllowed: { cpu: '1', memory: '1Gi' } }];
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  await user.applyPolicy('web', { targetRef, resourcePolicy: { containerPolicies } });
  const first = await startOperator();
  await expect.poll(() => granted(user.pod()), { timeout: 30_000 }).toEqual({ app: 1024 * MIB });
  const log: string[] = [];
  await startAgent(log, client);
  await expect.poll(() => hasAgent(user.pod()), { timeout: 30_000 }).toBe(true);
  await first.close();

  const { name, namespace = '' } = user.pod().metadata;
  const command = ['sh', '-c', 'kill -USR1 1'];
  await runInPod(client, { namespace, pod: name, container: 'app', command });
  const running = () => kubelet.container(user.pod() as object as Pod, 'app');
  await expect
    .poll(() => running()?.isRunning && running()!.memoryBytes > 600 * MIB, { timeout: 30_000 })
    .toBe(true);
  expect(log.join('\n')).toMatch(/shop\/web-\S+ app: memory limit \d+ on the node/);

  // What no policy means any more is granted no more.
  const second = await startOperator();
  await expect.poll(() => user.condition('web', 'Active')?.status).toBe('True');
  const path = '/apis/limber.dev/v1alpha1/namespaces/shop/elasticpolicies/web';
  await client.request({ verb: 'DELETE', path, body: {} });
  await expect.poll(() => granted(user.pod()), { timeout: 30_000 }).toEqual({});
  await second.close();
  expect(OPERATOR_RULES.filter(({ resources }) => resources.includes('pods/status'))).toEqual(
    [...usedRules].filter(({ resources }) => resources.includes('pods/status')),
  );
});

/** With the rights of the chart's operator where its agents are. */
async function startOperator(): Promise<Operator> {
  const kubeconfig = join(cluster.root, 'operator');
  writeFileSync(kubeconfig, cluster.double!.kubeconfig('operator'));
  const client = createClient(openConnection({ kubeconfig }, {}));
  const operator = new Operator({
    client,
    config: loadConfig({ env: { LIMBER_HOME: cluster.root } }),
    probesFolder: fileURLToPath(new URL('../../probes', import.meta.url)),
    grantsToAgents: true,
    log: () => {},
  });
  await operator.start();
  return operator;
}

function granted(pod: object | undefined) {
  return pod && grantedCeilings(pod as Pod);
}

function hasAgent(pod: object): boolean {
  return looksAfter(pod as Pod);
}
