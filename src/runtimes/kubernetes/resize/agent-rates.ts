import type { Client } from '../api/client.ts';
import type { Pod } from '../api/types.ts';
import {
  askedRatesOf,
  hasAgent,
  NETWORK_RATES,
  ratesInForce,
  ratesText,
  sameRates,
  type PodRates,
} from '../agent-bounds.ts';
import { annotatePod } from '../pod/patch.ts';
import type { Rates } from './rates.ts';

/** Until the agent of the node has answered. */
const DEADLINE_MS = 5_000;
const NOT_LIMITED = { ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };

/**
 * Asked for in an annotation, set by the agent of its node, which says so in the pod's status. Without
 * one, nothing is limited and nothing changes.
 */
export class AgentRates implements Rates {
  readonly #client: Client;
  #pod: Pod;
  #asked: PodRates | undefined;
  readonly #waiting = new Set<() => void>();
  readonly #openedMs = performance.now();

  constructor(client: Client, pod: Pod) {
    this.#client = client;
    this.#pod = pod;
    this.#asked = askedRatesOf(pod);
  }

  /** An agent answers soon: until then, what it was asked for. */
  inForce(): PodRates | undefined {
    const asked = askedRatesOf(this.#pod);
    if (!asked) return undefined;
    const isAwaited = performance.now() - this.#openedMs < DEADLINE_MS;
    return ratesInForce(this.#pod) ?? (isAwaited ? asked : NOT_LIMITED);
  }

  observe(pod: Pod): void {
    this.#pod = pod;
    for (const look of this.#waiting) look();
  }

  async set({ ingressBitsPerSecond, egressBitsPerSecond }: PodRates): Promise<string | undefined> {
    const rates = { ingressBitsPerSecond, egressBitsPerSecond };
    if (!this.#asked || !hasAgent(this.#pod) || sameRates(this.#asked, rates)) return undefined;
    this.#asked = rates;
    try {
      await annotatePod(this.#client, this.#pod, { [NETWORK_RATES]: ratesText(rates) });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return this.#whenInForce(rates);
  }

  close(): void {
    this.#asked = undefined;
    for (const look of this.#waiting) look();
  }

  #whenInForce(rates: PodRates): Promise<string | undefined> {
    return new Promise((resolve) => {
      const finish = (problem?: string): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(problem);
      };
      const look = (): void => {
        // Asked for anew meanwhile: the later one is what counts.
        const isDone = !sameRates(this.#asked, rates) || sameRates(ratesInForce(this.#pod), rates);
        if (isDone) finish();
      };
      const timer = setTimeout(
        () => finish(`the agent of the node did not set the rates within ${DEADLINE_MS / 1000} s`),
        DEADLINE_MS,
      );
      this.#waiting.add(look);
      look();
    });
  }
}
