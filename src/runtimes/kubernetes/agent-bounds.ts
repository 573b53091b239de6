import type { Pod } from './api/types.ts';

/** Annotations of a pod: what its controller lets the node's agent do. */
export const MEMORY_CEILING = 'limber.dev/memory-ceiling';
export const NETWORK_RATES = 'limber.dev/network-rates';
/** Condition of a pod: the agent of its node looks after it; its message is what it has set. */
export const AGENT_CONDITION = 'limber.dev/NodeAgent';

/** In bits per second, Infinity where nothing is limited. */
export type PodRates = {
  readonly ingressBitsPerSecond: number;
  readonly egressBitsPerSecond: number;
};

/** Undefined where the agent may not raise the limit; bytes. */
export function memoryCeilingOf({ metadata }: Pod): number | undefined {
  const bytes = Number(metadata.annotations?.[MEMORY_CEILING]);
  return Number.isFinite(bytes) && bytes > 0 ? bytes : undefined;
}

export function askedRatesOf({ metadata }: Pod): PodRates | undefined {
  return parseRates(metadata.annotations?.[NETWORK_RATES]);
}

/** What the agent says is in force; undefined where there is none, or it has set no rate yet. */
export function ratesInForce(pod: Pod): PodRates | undefined {
  return parseRates(agentCondition(pod)?.message);
}

export function hasAgent(pod: Pod): boolean {
  return agentCondition(pod)?.status === 'True';
}

/** JSON has no Infinity: null. */
export function ratesText({ ingressBitsPerSecond, egressBitsPerSecond }: PodRates): string {
  return JSON.stringify({ ingressBitsPerSecond, egressBitsPerSecond });
}

export function sameRates(one: PodRates | undefined, other: PodRates | undefined): boolean {
  return (
    one?.ingressBitsPerSecond === other?.ingressBitsPerSecond &&
    one?.egressBitsPerSecond === other?.egressBitsPerSecond
  );
}

function agentCondition({ status }: Pod) {
  return status?.conditions?.find(({ type }) => type === AGENT_CONDITION);
}

/** Undefined for anything else than two positive rates: others may have written it. */
function parseRates(text: string | undefined): PodRates | undefined {
  if (!text) return undefined;
  try {
    const { ingressBitsPerSecond, egressBitsPerSecond } = JSON.parse(text) as Record<
      string,
      unknown
    >;
    const [ingress, egress] = [toRate(ingressBitsPerSecond), toRate(egressBitsPerSecond)];
    if (ingress === undefined || egress === undefined) return undefined;
    return { ingressBitsPerSecond: ingress, egressBitsPerSecond: egress };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function toRate(value: unknown): number | undefined {
  if (value === null) return Number.POSITIVE_INFINITY;
  return typeof value === 'number' && value > 0 ? value : undefined;
}
