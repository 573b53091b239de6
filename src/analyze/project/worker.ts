import { parentPort } from 'node:worker_threads';
import { analyzeFile, type FileTask } from './analyze-file.ts';
import { KeptSurveys } from './kept-surveys.ts';

const kept = new KeptSurveys();

/** Answers each task with its analysis, or with what went wrong. */
parentPort?.on('message', ({ at, task }: { at: number; task: FileTask }) => {
  analyzeFile(task, kept).then(
    (analysis) => parentPort?.postMessage({ at, analysis }),
    (error: unknown) =>
      parentPort?.postMessage({
        at,
        problem: error instanceof Error ? error.message : String(error),
      }),
  );
});
