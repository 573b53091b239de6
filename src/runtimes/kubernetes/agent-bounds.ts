import type { Pod } from './api/types.ts';

/** Annotations of a pod: what its controller lets the node's agent do. */
export const MEMORY_CEILING = 'limber.dev/memory-ceiling';
export const NETWORK_RATES = 'limber.dev/network-rates';
/** Condition of a pod: the agent of its node looks after it; its message is what it has set. */
export const AGENT_CONDITION = 'limber.dev/NodeAgent';

/**
 * Condition of a pod under an ElasticPolicy: its operator lets the agent raise memory limits; its
 * message says how far. Whoever may only change pods cannot write it.
 */
export const CEILINGS_CONDITION = 'limber.dev/MemoryCeilings';

/** Bytes, by container. */
export type Ceilings = Readonly<Record<string, number>>;

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

export function grantedCeilings({ status }: Pod): Ceilings {
  const granted = status?.conditions?.find(({ type }) => type === CEILINGS_CONDITION);
  if (granted?.status !== 'True') return {};
  const entries = Object.entries(parseObject(granted.message) ?? {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0,
  );
  return Object.fromEntries(entries);
}

/** The same for two that grant the same. */
export function ceilingsText(ceilings: Ceilings): string {
  return JSON.stringify(ceilings, Object.keys(ceilings).toSorted());
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
  const { ingressBitsPerSecond, egressBitsPerSecond } = parseObject(text) ?? {};
  const [ingress, egress] = [toRate(ingressBitsPerSecond), toRate(egressBitsPerSecond)];
  if (ingress === undefined || egress === undefined) return undefined;
  return { ingressBitsPerSecond: ingress, egressBitsPerSecond: egress };
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (!text) return undefined;
  try {
    const parsed = JSON.parse(text) as unknown;
    return typeof parsed === 'object' && parsed !== null
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function toRate(value: unknown): number | undefined {
  if (value === null) return Number.POSITIVE_INFINITY;
  return typeof value === 'number' && value > 0 ? value : undefined;
}
