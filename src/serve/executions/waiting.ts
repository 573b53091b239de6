import type { PreparedRun } from '#loop/run-execution.ts';
import { LimberError } from '#model/errors.ts';
import type { ToldBytes } from './output-watch.ts';
import { Queue } from './queue.ts';

/** One that is ready to be started as soon as there is room. */
export type WaitingRun = {
  readonly run: PreparedRun;
  readonly tenant: string;
  /** Of a first attempt, whose output stays. */
  readonly toldBytes?: ToldBytes;
};

/** Who waits, with what each needs to be started. Lifecycle: (add, change, first, remove)* . */
export class Waiting {
  readonly #queue: Queue;
  readonly #prepared = new Map<string, WaitingRun>();

  constructor(most: number) {
    this.#queue = new Queue(most);
  }

  get size(): number {
    return this.#queue.size;
  }

  find(id: string): WaitingRun | undefined {
    return this.#prepared.get(id);
  }

  add(waiting: WaitingRun): void {
    const { id, submission } = waiting.run;
    this.#prepared.set(id, waiting);
    this.#queue.offer({ id, priority: submission.constraints.priority });
  }

  /** With another priority it stands elsewhere; with the same it keeps its place. */
  change(waiting: WaitingRun): void {
    const { id, submission } = waiting.run;
    const { priority } = submission.constraints;
    const isSame = this.#prepared.get(id)?.run.submission.constraints.priority === priority;
    this.#prepared.set(id, waiting);
    if (isSame) return;
    this.#queue.remove(id);
    this.#queue.offer({ id, priority });
  }

  first(): WaitingRun | undefined {
    const first = this.#queue.first();
    return first && this.#prepared.get(first.id);
  }

  /** False when it does not wait. */
  remove(id: string): boolean {
    this.#prepared.delete(id);
    return this.#queue.remove(id);
  }

  ahead(priority: number): number {
    return this.#queue.ahead(priority);
  }

  /** Throws `overloaded` for one of this priority that would have to be refused. */
  mustTake(priority: number): void {
    if (this.#queue.isFull && !this.#queue.givesWayTo(priority))
      throw new LimberError('overloaded', { waiting: this.#queue.size });
  }

  /** Takes out who gives its place to one of this priority, where somebody must. Throws `overloaded`. */
  makeRoomFor(priority: number): string | undefined {
    this.mustTake(priority);
    const last = this.#queue.givesWayTo(priority);
    if (last) this.remove(last.id);
    return last?.id;
  }
}
