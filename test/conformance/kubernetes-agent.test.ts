import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { AGENT_CONDITION, NETWORK_RATES, ratesText } from '#runtimes/kubernetes/agent-bounds.ts';
import { NodeAgent } from '#node-agent/node-agent.ts';
import { createClient, type Client } from '#runtimes/kubernetes/api/client.ts';
import { openConnection } from '#runtimes/kubernetes/api/kubeconfig.ts';
import type { Instance } from '#model/instance.ts';
import { defaultValues, renderChart } from '../../scripts/chart.ts';
import { openCluster, type TestCluster } from '../kubernetes/cluster.ts';
import { NODE } from '../kubernetes/kubelet.ts';
import type { Rule } from '../kubernetes/role-rules.ts';
import { SMALL } from './runtime-suite.ts';

const MIB = 2 ** 20;
const RULES = renderChart({
  ...defaultValues(),
  agent: { enabled: true, rates: true, cgroupRoot: '' },
})
  .filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'limber-agent')
  .flatMap((role) => (role as unknown as { readonly rules: readonly Rule[] }).rules);
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

afterEach(async () => {
  for (const instance of running.splice(0)) await instance.release();
  agent?.close();
  agentClient?.close();
  await cluster.close();
});

/** With the rights of the chart's DaemonSet, and no more. */
async function startAgent(log: string[] = []): Promise<void> {
  const kubeconfig = join(cluster.root, 'agent');
  writeFileSync(kubeconfig, cluster.double!.kubeconfig('operator'));
  agentClient = createClient(openConnection({ kubeconfig }, {}));
  agent = new NodeAgent({
    client: agentClient,
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
  expect(await alone.exited).toMatchObject({ memoryExhausted: true });
  const log: string[] = [];
  await startAgent(log);
  const seconded = await launch(['python3', '-c', GROWS]);
  expect(await seconded.exited).toMatchObject({ exitCode: 0, memoryExhausted: false });
  expect(log.join('\n')).toMatch(/limber-test-conformance\/\S+: memory limit \d+ on the node/);
  // Not beyond what its controller granted.
  const bounded = await launch(['python3', '-c', GROWS], { maxMemoryBytes: 400 * MIB });
  expect(await bounded.exited).toMatchObject({ memoryExhausted: true });
  const { usedRules } = cluster.double!;
  expect(RULES.filter((rule) => !usedRules.has(rule))).toEqual([]);
});

test('rates are what the agent of the node says that it has set, and stay where there is none', async () => {
  cluster = await openCluster();
  const { client } = cluster;
  const initial = { ...SMALL, ingressBitsPerSecond: 8e6, egressBitsPerSecond: 4e6 };
  const instance = await launch(['sleep', '60'], {
    initial,
    network: { kind: 'egress', hostPorts: [] },
  });
  const faster = { ...initial, ingressBitsPerSecond: 16e6 };
  expect((await instance.resize(faster)).actual).toEqual(initial);

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
