import type { WaitsFor } from '#model/outside.ts';
import { boundedNames } from './bounded-names.ts';
import type { KeptBudget } from './proc-file.ts';
import { Task } from './task.ts';
import type { Surroundings } from './waiting.ts';

/** Of one process. Those beyond it are counted, but not looked at. */
const MOST_THREADS = 48;

/**
 * The threads of one process besides its main one, a few at each look: of the others counts what
 * they did when they were last looked at. Lifecycle: (look)* → close.
 */
export class Threads {
  readonly #pid: number;
  readonly #budget: KeptBudget;
  readonly #known = new Map<string, Task>();
  #turn: string[] = [];

  constructor(pid: number, budget: KeptBudget) {
    this.#pid = pid;
    this.#budget = budget;
  }

  /** Oldest first. */
  get known(): readonly Task[] {
    return [...this.#known.values()];
  }

  /** Looks at `most` threads; returns how many it looked at. */
  look(around: Surroundings, most: number): number {
    if (this.#turn.length === 0) this.#list();
    const now = this.#turn.splice(0, most);
    for (const id of now) this.#read(id, around);
    return now.length;
  }

  close(): void {
    for (const task of this.#known.values()) task.close();
    this.#known.clear();
  }

  #list(): void {
    const names = boundedNames(`/proc/${this.#pid}/task`, MOST_THREADS);
    this.#turn = names.filter((name) => name !== String(this.#pid));
    const there = new Set(this.#turn);
    for (const id of this.#known.keys()) if (!there.has(id)) this.#forget(id);
  }

  #read(id: string, around: Surroundings): void {
    const task = this.#known.get(id) ?? new Task(`/proc/${this.#pid}/task/${id}`, this.#budget);
    this.#known.set(id, task);
    if (task.readStat(false)) task.readWait(around);
    else this.#forget(id);
  }

  #forget(id: string): void {
    this.#known.get(id)?.close();
    this.#known.delete(id);
  }
}

/** Of waits that are all there at once, the one that tells most of the program. */
const MOST_TELLING: readonly WaitsFor[] = [
  'nothing',
  'disk',
  'network',
  'child',
  'pipe',
  'terminal',
];

/**
 * What a process of many threads waits for: what its main thread does, except where that waits for
 * another thread (the main thread of a JVM always does).
 */
export function waitOfMany(main: WaitsFor, others: readonly WaitsFor[]): WaitsFor {
  const all = [main, ...others];
  const busy = all.find((waits) => waits === 'nothing') ?? all.find((waits) => waits === 'disk');
  if (busy !== undefined) return busy;
  if (main !== 'lock' || others.length === 0) return main;
  return MOST_TELLING.find((waits) => others.includes(waits)) ?? others[0]!;
}
