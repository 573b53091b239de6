import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { analyzeFile } from './analyze-file.ts';

/** Below this, starting threads takes longer than the work. */
const LEAST_FILES_FOR_THREADS = 48;

export type AnalyzeFilesOptions = {
  readonly language?: Language;
  /** Called after each file, for a line of progress. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly threads?: number;
};

type Answer = {
  readonly at: number;
  readonly profile?: ComplexityProfile;
  readonly problem?: string;
};

/** Many files, in worker threads where that pays; profiles come in the order of the files. */
export async function analyzeFiles(
  paths: readonly string[],
  options: AnalyzeFilesOptions = {},
): Promise<ComplexityProfile[]> {
  const threads = Math.min(
    options.threads ?? (paths.length < LEAST_FILES_FOR_THREADS ? 1 : availableParallelism()),
    paths.length,
  );
  if (threads > 1) return inThreads(paths, threads, options);
  const profiles: ComplexityProfile[] = [];
  for (const path of paths) {
    profiles.push(await analyzeFile(path, options.language));
    options.onProgress?.(profiles.length, paths.length);
  }
  return profiles;
}

async function inThreads(
  paths: readonly string[],
  threads: number,
  options: AnalyzeFilesOptions,
): Promise<ComplexityProfile[]> {
  const profiles: ComplexityProfile[] = [];
  let next = 0;
  let done = 0;
  const take = (answer: Answer) => {
    const file = paths[answer.at]!;
    profiles[answer.at] =
      answer.profile ??
      unknownProfile({ language: 'unknown', file, reason: answer.problem ?? 'no answer' });
    options.onProgress?.((done += 1), paths.length);
  };
  const nextTask = () =>
    next < paths.length
      ? { at: next, path: paths[next++]!, language: options.language }
      : undefined;
  await Promise.all(Array.from({ length: threads }, () => runWorker(nextTask, take)));
  return profiles;
}

/** One thread takes tasks until there are none; it ends with the last. */
async function runWorker(
  nextTask: () => object | undefined,
  take: (answer: Answer) => void,
): Promise<void> {
  const first = nextTask();
  if (first === undefined) return;
  const worker = new Worker(new URL(import.meta.resolve('#analyze/project/worker.ts')));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.on('error', reject);
  worker.on('message', (answer: Answer) => {
    take(answer);
    const task = nextTask();
    if (task === undefined) resolve();
    else worker.postMessage(task);
  });
  worker.postMessage(first);
  try {
    await promise;
  } finally {
    await worker.terminate();
  }
}
