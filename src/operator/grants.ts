import type { Client } from '#runtimes/kubernetes/api/client.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import {
  CEILINGS_CONDITION,
  ceilingsText,
  grantedCeilings,
  type Ceilings,
} from '#runtimes/kubernetes/agent-bounds.ts';
import { setPodCondition } from '#runtimes/kubernetes/pod/patch.ts';

const TRY_AGAIN_MS = 5_000;

export type GrantsOptions = {
  readonly client: Client;
  /** What agents may raise limits of this pod to, as of now. */
  readonly ceilingsOf: (pod: Pod) => Ceilings;
  readonly onProblem: (pod: Pod, error: unknown) => void;
};

/**
 * Says in the status of pods how far the agents of their nodes may raise memory limits
 * (docs/decisions/0023). Several changes at once are one. Lifecycle: (look, forget)* → close.
 */
export class Grants {
  readonly #options: GrantsOptions;
  /** What was written last, by uid. */
  readonly #written = new Map<string, string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(options: GrantsOptions) {
    this.#options = options;
  }

  /** Something of it may be granted otherwise than before. */
  look(pod: Pod, afterMs = 0): void {
    const uid = pod.metadata.uid ?? '';
    if (this.#timers.has(uid)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(uid);
      void this.#write(pod);
    }, afterMs);
    this.#timers.set(uid, timer.unref());
  }

  forget({ metadata: { uid = '' } }: Pod): void {
    clearTimeout(this.#timers.get(uid));
    this.#timers.delete(uid);
    this.#written.delete(uid);
  }

  /** What was granted stays: another operator goes on with it. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #write(pod: Pod): Promise<void> {
    const { client, ceilingsOf, onProblem } = this.#options;
    const { uid = '' } = pod.metadata;
    const ceilings = ceilingsOf(pod);
    const message = ceilingsText(ceilings);
    if ((this.#written.get(uid) ?? ceilingsText(grantedCeilings(pod))) === message) return;
    this.#written.set(uid, message);
    const status = Object.keys(ceilings).length > 0 ? 'True' : 'False';
    const condition = { type: CEILINGS_CONDITION, status, reason: 'ElasticPolicy', message };
    try {
      await setPodCondition(client, pod, condition);
    } catch (error) {
      this.#written.delete(uid);
      onProblem(pod, error);
      this.look(pod, TRY_AGAIN_MS);
    }
  }
}
