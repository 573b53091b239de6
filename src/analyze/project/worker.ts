import { parentPort } from 'node:worker_threads';
import type { Language } from '#model/execution.ts';
import { analyzeFile } from './analyze-file.ts';

type Task = { readonly at: number; readonly path: string; readonly language: Language | undefined };

/** Answers each task with its profile, or with what went wrong. */
parentPort?.on('message', ({ at, path, language }: Task) => {
  analyzeFile(path, language).then(
    (profile) => parentPort?.postMessage({ at, profile }),
    (error: unknown) =>
      parentPort?.postMessage({
        at,
        problem: error instanceof Error ? error.message : String(error),
      }),
  );
});
