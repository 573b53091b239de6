import type { Client } from '../api/client.ts';
import type { Pod } from '../api/types.ts';
import type { PodRates } from '../agent-bounds.ts';
import {
  CILIUM_BOTH,
  CILIUM_EGRESS,
  CILIUM_EGRESS_ONLY,
  CILIUM_INGRESS,
  ciliumPatch,
  SHAPED_BY,
} from '../network/annotations.ts';
import { isOlder } from '../pod/is-older.ts';
import { annotatePod } from '../pod/patch.ts';
import type { Rates } from './rates.ts';

/** Undefined for a pod whose rates are not Cilium's. */
export function ciliumRates(client: Client, made: Pod): Rates | undefined {
  const by = made.metadata.annotations?.[SHAPED_BY];
  if (by !== CILIUM_BOTH && by !== CILIUM_EGRESS_ONLY) return undefined;
  const limitsIngress = by === CILIUM_BOTH;
  let pod = made;
  let isOpen = true;

  /** Cilium tells nobody what it has set: what it was told is all that can be known. */
  function inForce(): PodRates {
    return {
      ingressBitsPerSecond: limitsIngress ? rateOf(pod, CILIUM_INGRESS) : 0,
      egressBitsPerSecond: rateOf(pod, CILIUM_EGRESS),
    };
  }

  return {
    inForce,
    observe(now) {
      if (!isOlder(now, pod)) pod = now;
    },
    async set(rates) {
      const annotations = ciliumPatch(rates, limitsIngress);
      const known: Readonly<Record<string, string>> = pod.metadata.annotations ?? {};
      const isThere = Object.entries(annotations).every(
        ([key, value]) => (known[key] ?? null) === value,
      );
      if (isThere || !isOpen) return undefined;
      try {
        this.observe(await annotatePod(client, pod, annotations));
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    close() {
      isOpen = false;
    },
  };
}

function rateOf({ metadata }: Pod, key: string): number {
  const bits = Number(metadata.annotations?.[key]);
  return bits > 0 ? bits : Number.POSITIVE_INFINITY;
}
