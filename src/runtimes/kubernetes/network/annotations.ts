import { NETWORK_RATES, ratesText, type PodRates } from '../agent-bounds.ts';
import type { Shaper } from './shaper.ts';

/**
 * Heeded by Cilium, also when they change: `20M` is 20 Mbit/s. An eighth of it is rounded down to bytes.
 * Source: docs.cilium.io, "Bandwidth Manager"; pkg/k8s/watchers/pod.go.
 */
export const CILIUM_INGRESS = 'kubernetes.io/ingress-bandwidth';
export const CILIUM_EGRESS = 'kubernetes.io/egress-bandwidth';
/** Whose these are, and what of them is heeded: a later controller need not find out anew. */
export const SHAPED_BY = 'limber.dev/shaped-by';
export const CILIUM_BOTH = 'cilium';
export const CILIUM_EGRESS_ONLY = 'cilium-egress';

/** What a new pod is to have, for whoever limits it; nothing where no rate is limited. */
export function ratesAnnotations(rates: PodRates, shaper: Shaper): Record<string, string> {
  const isLimited = [rates.ingressBitsPerSecond, rates.egressBitsPerSecond].some(
    (rate) => rate > 0 && Number.isFinite(rate),
  );
  if (!isLimited || shaper.kind === 'nobody') return {};
  if (shaper.kind === 'agent') return { [NETWORK_RATES]: ratesText(rates) };
  const given = Object.entries(ciliumPatch(rates, shaper.limitsIngress)).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  const by = shaper.limitsIngress ? CILIUM_BOTH : CILIUM_EGRESS_ONLY;
  return { [SHAPED_BY]: by, ...Object.fromEntries(given) };
}

/** null takes a limit away. */
export function ciliumPatch(
  { ingressBitsPerSecond, egressBitsPerSecond }: PodRates,
  limitsIngress: boolean,
): Record<string, string | null> {
  return {
    ...(limitsIngress && { [CILIUM_INGRESS]: bitsText(ingressBitsPerSecond) }),
    [CILIUM_EGRESS]: bitsText(egressBitsPerSecond),
  };
}

function bitsText(bitsPerSecond: number): string | null {
  return bitsPerSecond > 0 && Number.isFinite(bitsPerSecond)
    ? String(Math.ceil(bitsPerSecond))
    : null;
}
