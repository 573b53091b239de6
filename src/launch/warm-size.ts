/** Executions that came more than a few of these ago count for nothing. */
const RATE_WINDOW_MS = 5_000;
/** Of a Poisson process, mean + 2σ covers all but one arrival in 40. */
const SIGMAS = 2;

/** How often executions come, decaying exponentially. Lifecycle: (arrived)* . */
export type Arrivals = { readonly perSecond: number; readonly atMs: number };

export const NO_ARRIVALS: Arrivals = { perSecond: 0, atMs: Number.NEGATIVE_INFINITY };

export function arrived(arrivals: Arrivals, nowMs: number): Arrivals {
  return { perSecond: rateAt(arrivals, nowMs) + 1000 / RATE_WINDOW_MS, atMs: nowMs };
}

export function rateAt({ perSecond, atMs }: Arrivals, nowMs: number): number {
  return perSecond * Math.exp(-Math.max(0, nowMs - atMs) / RATE_WINDOW_MS);
}

/**
 * How many instances to have ready: as many as come while one is made, with a margin, one at least
 * while the language is in use, `min` at least and `max` at most.
 * Example: 20 a second, made in 150 ms: 3 are expected in that time, 3 + 2·√3 + 1 → 8.
 */
export function wantedInstances(input: {
  readonly arrivals: Arrivals;
  readonly refillMs: number;
  readonly nowMs: number;
  readonly min: number;
  readonly max: number;
  /** Without arrivals for this long it is not in use. */
  readonly idleMs: number;
}): number {
  const { arrivals, refillMs, nowMs, min, max, idleMs } = input;
  const meanwhile = (rateAt(arrivals, nowMs) * refillMs) / 1000;
  const isInUse = nowMs - arrivals.atMs < idleMs;
  const wanted = isInUse ? Math.ceil(meanwhile + SIGMAS * Math.sqrt(meanwhile) + 1) : 0;
  return Math.min(max, Math.max(min, wanted));
}
