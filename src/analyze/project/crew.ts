import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LimberError } from '#model/errors.ts';
import type { LinkedAnalysis } from '#analyze/analyze.ts';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { analyzeFile, type FileTask } from './analyze-file.ts';
import { KeptSurveys } from './kept-surveys.ts';
import { TaskQueue, type Numbered } from './task-queue.ts';

/** Below this, starting threads takes longer than the work. */
const LEAST_FILES_FOR_THREADS = 48;

type Answer = {
  readonly at: number;
  readonly analysis?: LinkedAnalysis;
  readonly problem?: string;
};

/** Who does the work: this thread, or several. Lifecycle: create → run … → close. */
export class Crew {
  readonly #files: number;
  readonly #size: number;
  readonly #workers: Worker[] = [];
  /** Of this thread; each other has its own. */
  readonly #kept: KeptSurveys | undefined;
  /** By path, the number of the worker that has read it. */
  readonly #readers = new Map<string, number>();

  constructor(files: number, threads?: number) {
    this.#files = files;
    const wanted = threads ?? (files < LEAST_FILES_FOR_THREADS ? 1 : availableParallelism());
    this.#size = Math.min(wanted, files);
    this.#kept = files > 1 ? new KeptSurveys() : undefined;
  }

  /** Analyses come in the order of the tasks. */
  async run(tasks: readonly FileTask[], onDone: () => void): Promise<LinkedAnalysis[]> {
    const analyses: LinkedAnalysis[] = [];
    if (this.#size <= 1) {
      for (const task of tasks) {
        analyses.push(await this.#alone(task));
        onDone();
      }
      return analyses;
    }
    const members = this.#members(tasks.length);
    const queue = new TaskQueue(tasks, members.length, (path) => this.#readers.get(path));
    const take = ({ at, analysis, problem }: Answer) => {
      analyses[at] = analysis ?? failed(tasks[at]!.path, problem ?? 'no answer');
      onDone();
    };
    const nextOf = (number: number) => () => {
      const next = queue.next(number);
      if (next !== undefined) this.#readers.set(next.task.path, number);
      return next;
    };
    await Promise.all(members.map((worker, number) => work(worker, nextOf(number), take)));
    return analyses;
  }

  /** One file of many that cannot be read is a line of the report; a single one is all there is. */
  async #alone(task: FileTask): Promise<LinkedAnalysis> {
    try {
      return await analyzeFile(task, this.#kept);
    } catch (error) {
      if (!(error instanceof LimberError) || this.#files === 1) throw error;
      return failed(task.path, error.message);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #members(tasks: number): readonly Worker[] {
    while (this.#workers.length < Math.min(this.#size, tasks))
      this.#workers.push(new Worker(new URL(import.meta.resolve('#analyze/project/worker.ts'))));
    return this.#workers.slice(0, tasks);
  }
}

function failed(file: string, reason: string): LinkedAnalysis {
  return { profile: unknownProfile({ language: 'unknown', file, reason }) };
}

/** One thread takes tasks until there are none. */
async function work(
  worker: Worker,
  nextTask: () => Numbered | undefined,
  take: (answer: Answer) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const next = () => {
    const numbered = nextTask();
    if (numbered === undefined) resolve();
    else worker.postMessage(numbered);
  };
  const answered = (answer: Answer) => {
    take(answer);
    next();
  };
  worker.on('error', reject);
  worker.on('message', answered);
  next();
  try {
    await promise;
  } finally {
    worker.off('error', reject);
    worker.off('message', answered);
  }
}
