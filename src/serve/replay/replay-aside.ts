import { Worker } from 'node:worker_threads';
import { LimberError } from '#model/errors.ts';
import type { Curve, ReplayQuestion } from './replayed.ts';

const LONGEST_MS = 30_000;
const HEAP_MEBIBYTES = 512;
/** Each takes a core for as long as it lasts, and the runs need theirs. */
const MOST_AT_ONCE = 2;

let underWay = 0;

/** In a thread of its own: a long run takes seconds, in which the loop must not wait. Throws `replay-stopped`. */
export async function replayAside(question: ReplayQuestion): Promise<readonly Curve[]> {
  const { id } = question;
  if (underWay >= MOST_AT_ONCE) throw stopped(id, 'others are replayed now');
  underWay++;
  const worker = new Worker(new URL(import.meta.resolve('#serve/replay/thread.ts')), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
  });
  const { promise, resolve, reject } = Promise.withResolvers<readonly Curve[]>();
  const late = setTimeout(() => reject(stopped(id, 'it took too long')), LONGEST_MS);
  worker.on('message', resolve);
  worker.on('error', (error) => reject(stopped(id, String(error))));
  try {
    return await promise;
  } finally {
    underWay--;
    clearTimeout(late);
    await worker.terminate();
  }
}

function stopped(id: string, why: string): LimberError {
  return new LimberError('replay-stopped', { id, why });
}
