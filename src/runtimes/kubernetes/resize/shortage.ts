import type { Amounts, Shape } from './shape.ts';

const FIRST_PATIENCE_MS = 1_000;
const LONGEST_PATIENCE_MS = 30_000;
const NAMES = { cpuCores: /\bcpu\b/i, memoryBytes: /\bmemory\b/i } as const;

export type ReservedKey = keyof Amounts;
export const RESERVED_KEYS = ['cpuCores', 'memoryBytes'] as const satisfies readonly ReservedKey[];

/** What of a shape reserves more than is held. */
export function raisedOver({ requests }: Pick<Shape, 'requests'>, held: Amounts) {
  return RESERVED_KEYS.filter((key) => requests[key] > held[key]);
}

/**
 * What a refusal is about, of what was asked for: the kubelet names one that it lacks, and another one
 * the next time. Of one that names none it is all. Source: pkg/kubelet/lifecycle/predicate.go.
 */
export function refusedOf(message: string, raised: readonly ReservedKey[]): readonly ReservedKey[] {
  const named = raised.filter((key) => NAMES[key].test(message));
  return named.length > 0 ? named : raised;
}

/** What the node had no room for, each until it is asked again: after 1, 2, 4 … 30 s. */
export class Shortage {
  readonly #known = {
    cpuCores: { untilMs: Number.NEGATIVE_INFINITY, patienceMs: FIRST_PATIENCE_MS },
    memoryBytes: { untilMs: Number.NEGATIVE_INFINITY, patienceMs: FIRST_PATIENCE_MS },
  };

  has(key: ReservedKey, nowMs: number): boolean {
    return nowMs < this.#known[key].untilMs;
  }

  /** Returns how long none of these is to be asked for. */
  add(keys: readonly ReservedKey[], nowMs: number): number {
    let longestMs = 0;
    for (const key of keys) {
      const one = this.#known[key];
      one.untilMs = nowMs + one.patienceMs;
      longestMs = Math.max(longestMs, one.patienceMs);
      one.patienceMs = Math.min(LONGEST_PATIENCE_MS, one.patienceMs * 2);
    }
    return longestMs;
  }

  /** It has been had. */
  forget(key: ReservedKey): void {
    this.#known[key].patienceMs = FIRST_PATIENCE_MS;
  }
}
