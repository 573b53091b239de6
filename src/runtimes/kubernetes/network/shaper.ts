import type { Client } from '../api/client.ts';
import type { KubernetesSettings } from '../options.ts';
import type { Shaped } from '../../types.ts';
import { findAgents } from './agents.ts';
import { findCilium } from './cilium.ts';

/** Who limits the network of pods, and what of it. */
export type Shaper =
  | { readonly kind: 'agent' }
  | { readonly kind: 'cilium'; readonly limitsIngress: boolean }
  | { readonly kind: 'nobody' };

/** What was found counts for this long: a cluster may get one meanwhile. */
const FRESH_MS = 60_000;

/**
 * Who limits rates in this cluster: as the configuration says, else Cilium where its bandwidth manager
 * is on (it bypasses what an agent would set at the veth), else the agents of the nodes.
 */
export function shaperFinder(client: Client, settings: KubernetesSettings): () => Promise<Shaper> {
  let found: Promise<Shaper> | undefined;
  let foundMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (found && performance.now() - foundMs < FRESH_MS) return found;
    foundMs = performance.now();
    found = findShaper(client, settings);
    found.catch(() => (found = undefined));
    return found;
  };
}

export async function findShaper(
  client: Client,
  { networkRates }: KubernetesSettings,
): Promise<Shaper> {
  if (networkRates === 'agent' || networkRates === 'nobody') return { kind: networkRates };
  if (networkRates === 'cilium') return { kind: 'cilium', limitsIngress: true };
  const cilium = await findCilium(client);
  if (cilium) return { kind: 'cilium', ...cilium };
  const agents = await findAgents(client, 1);
  return { kind: agents && agents.length > 0 ? 'agent' : 'nobody' };
}

export function shapedBy(shaper: Shaper): Shaped {
  if (shaper.kind === 'nobody') return { ingress: false, egress: false };
  return { ingress: shaper.kind === 'agent' || shaper.limitsIngress, egress: true };
}
