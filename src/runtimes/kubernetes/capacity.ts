import type { Client } from './api/client.ts';
import { KEEPER_RESOURCES } from './pod/manifest.ts';
import { cpuCoresOf, memoryBytesOf } from './quantity.ts';

const keeper = KEEPER_RESOURCES.requests;

type Amounts = { readonly cpuCores: number; readonly memoryBytes: number };

type NodeObject = {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly allocatable?: { readonly cpu?: string; readonly memory?: string };
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
};

/** What the nodes that take pods have for a program, beside its keeper: of one at most, and of all together. */
export async function readClusterCapacity(
  client: Client,
): Promise<{ readonly largest: Amounts; readonly total: Amounts; readonly nodes: number }> {
  const { items } = await client.request<{ readonly items: readonly NodeObject[] }>({
    verb: 'GET',
    path: '/api/v1/nodes',
  });
  const nodes = items.filter(isReady).map(({ status }) => ({
    cpuCores: Math.max(0, cpuCoresOf(status?.allocatable?.cpu ?? '0') - cpuCoresOf(keeper.cpu)),
    memoryBytes: Math.max(
      0,
      memoryBytesOf(status?.allocatable?.memory ?? '0') - memoryBytesOf(keeper.memory),
    ),
  }));
  const of = (pick: (values: readonly number[]) => number): Amounts => ({
    cpuCores: pick(nodes.map(({ cpuCores }) => cpuCores)),
    memoryBytes: pick(nodes.map(({ memoryBytes }) => memoryBytes)),
  });
  return {
    nodes: nodes.length,
    largest: of((values) => Math.max(0, ...values)),
    total: of((values) => values.reduce((sum, value) => sum + value, 0)),
  };
}

function isReady({ spec, status }: NodeObject): boolean {
  const isOn = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');
  return spec?.unschedulable !== true && isOn === true;
}
