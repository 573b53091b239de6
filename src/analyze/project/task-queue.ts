import type { FileTask } from './analyze-file.ts';

export type Numbered = { readonly at: number; readonly task: FileTask };

/** Hands out tasks, to each worker first those of files that it has read before. */
// create → next(worker) until there are none.
export class TaskQueue {
  readonly #own: readonly Numbered[][];
  readonly #others: Numbered[] = [];

  constructor(
    tasks: readonly FileTask[],
    workers: number,
    readerOf: (path: string) => number | undefined,
  ) {
    this.#own = Array.from({ length: workers }, () => []);
    for (const [at, task] of tasks.entries())
      (this.#own[readerOf(task.path) ?? -1] ?? this.#others).push({ at, task });
    // Taken from the end.
    for (const queue of [...this.#own, this.#others]) queue.reverse();
  }

  next(worker: number): Numbered | undefined {
    return this.#own[worker]!.pop() ?? this.#others.pop() ?? this.#longest().pop();
  }

  /** Whoever has none left helps where most is left. */
  #longest(): Numbered[] {
    return this.#own.reduce((most, queue) => (queue.length > most.length ? queue : most));
  }
}
