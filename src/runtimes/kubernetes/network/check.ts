import packageJson from '#package.json' with { type: 'json' };
import type { Client } from '../api/client.ts';
import type { Pod } from '../api/types.ts';
import { readClusterCapacity } from '../capacity.ts';
import type { ClusterCheck } from '../cluster-check.ts';
import type { KubernetesSettings } from '../options.ts';
import { findAgents } from './agents.ts';
import { ifMay } from './cilium.ts';
import { findShaper, type Shaper } from './shaper.ts';

const MOST_NAMES = 5;

/** Agents of nodes: how many there are, and whether they look after anything. */
export async function checkAgents(client: Client): Promise<ClusterCheck> {
  const name = 'node agents';
  const agents = await findAgents(client);
  if (!agents) return { name, ok: true, detail: 'may not be seen (list pods everywhere)' };
  if (agents.length === 0)
    return { name, ok: true, detail: 'none: limits move by the API server alone' };
  const capacity = await ifMay(readClusterCapacity(client));
  const silent = agents.filter((pod) => !isReady(pod));
  const count = agents.length - silent.length;
  const old = agents.filter((pod) => versionOf(pod) !== packageJson.version);
  const detail = [
    `on ${count} of ${capacity?.nodes ?? '?'} nodes`,
    silent.length > 0 && `not looking: ${nodesOf(silent)}`,
    old.length > 0 && `of another version than ${packageJson.version}: ${nodesOf(old)}`,
  ];
  const hint = 'kubectl describe pods --all-namespaces -l app.kubernetes.io/name=limber-agent';
  const ok = silent.length === 0 && old.length === 0;
  return { name, ok, detail: detail.filter(Boolean).join('; '), hint };
}

/** By its readiness probe: it has looked at its node within the last minute. */
function isReady({ status }: Pod): boolean {
  return status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;
}

function versionOf({ metadata }: Pod): string | undefined {
  return metadata.labels?.['app.kubernetes.io/version'];
}

function nodesOf(pods: readonly Pod[]): string {
  const names = pods.map(({ spec }) => spec.nodeName ?? 'a node that is not known');
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Who limits network rates of runs. */
export async function checkRates(
  client: Client,
  settings: KubernetesSettings,
): Promise<ClusterCheck> {
  const shaper = await findShaper(client, settings);
  return { name: 'network rates', ok: true, detail: textOf(shaper) };
}

function textOf(shaper: Shaper): string {
  if (shaper.kind === 'agent') return 'limited by the agents of the nodes';
  if (shaper.kind === 'nobody')
    return "not limited: neither Cilium's bandwidth manager nor an agent of a node is seen";
  return shaper.limitsIngress
    ? 'limited by Cilium'
    : 'limited by Cilium for what pods send; for what they receive, 1.18 or newer is not seen';
}
