import { getHeapStatistics } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { readHere } from '#analyze/code-reader.ts';
import type { Answer, Question } from './question.ts';

/** Answers each question, with what went wrong where there is no answer. */
parentPort?.on('message', ({ ask, about }: Question) => {
  const read = readHere[ask] as (...parts: typeof about) => Promise<unknown>;
  read(...about).then(
    (found) => tell({ found, heldBytes: heldBytes() }),
    (error: unknown) =>
      tell({
        problem: error instanceof Error ? error.message : String(error),
        heldBytes: heldBytes(),
      }),
  );
});

function tell(answer: Answer): void {
  parentPort?.postMessage(answer);
}

/** The memory of the parser's runtime is external to the heap, and never shrinks. */
function heldBytes(): number {
  const { total_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}
