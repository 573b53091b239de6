import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LimberError } from '#model/errors.ts';
import type { LinkedAnalysis } from '#analyze/analyze.ts';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { analyzeFile, type FileTask } from './analyze-file.ts';

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

  constructor(files: number, threads?: number) {
    this.#files = files;
    const wanted = threads ?? (files < LEAST_FILES_FOR_THREADS ? 1 : availableParallelism());
    this.#size = Math.min(wanted, files);
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
    const remaining = tasks.entries();
    const take = ({ at, analysis, problem }: Answer) => {
      analyses[at] = analysis ?? failed(tasks[at]!.path, problem ?? 'no answer');
      onDone();
    };
    const runs = this.#members(tasks.length).map((worker) => work(worker, remaining, take));
    await Promise.all(runs);
    return analyses;
  }

  /** One file of many that cannot be read is a line of the report; a single one is all there is. */
  async #alone(task: FileTask): Promise<LinkedAnalysis> {
    try {
      return await analyzeFile(task);
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
  remaining: Iterator<[number, FileTask]>,
  take: (answer: Answer) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const next = () => {
    const { value, done } = remaining.next();
    if (done === true) resolve();
    else worker.postMessage({ at: value[0], task: value[1] });
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
