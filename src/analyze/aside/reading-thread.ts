import type { EventLoopUtilization } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './question.ts';

/** V8's own would take 32 MiB of the process for what is gone after each answer. */
const YOUNG_MEBIBYTES = 8;

export type ThreadLimits = {
  /** No answer by then: it never comes. */
  readonly longestMs: number;
  /** Of the thread's own heap; what needs more ends the thread, and nothing else. */
  readonly heapMebibytes: number;
};

/**
 * A thread that answers one question after the other. What goes wrong in it, or takes too long, is
 * its end. Lifecycle: create → ask … → end, or it ends by itself.
 */
export class ReadingThread {
  heldBytes = 0;
  readonly #worker: Worker;
  readonly #longestMs: number;
  #asked:
    { readonly answer: (answer: Answer) => void; readonly lose: (why: string) => void } | undefined;
  #ended: string | undefined;
  #watched: EventLoopUtilization | undefined;

  constructor({ longestMs, heapMebibytes }: ThreadLimits) {
    this.#longestMs = longestMs;
    this.#worker = new Worker(new URL(import.meta.resolve('#analyze/aside/thread.ts')), {
      resourceLimits: {
        maxOldGenerationSizeMb: heapMebibytes,
        maxYoungGenerationSizeMb: YOUNG_MEBIBYTES,
      },
    });
    this.#worker.on('message', (answer: Answer) => this.#asked?.answer(answer));
    this.#worker.on('error', (error) => this.#lose(String(error)));
    this.#worker.on('exit', () => this.#lose('its thread has ended'));
    this.#worker.unref();
  }

  /** What `busyShare` counts begins now. */
  watch(): void {
    this.#watched = this.#worker.performance.eventLoopUtilization();
  }

  /** Of the time since `watch`; 0 of a thread that still starts. */
  busyShare(): number {
    return this.#worker.performance.eventLoopUtilization(this.#watched).utilization;
  }

  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  /** Throws what went wrong. One question at a time. */
  async ask(question: Question): Promise<unknown> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#asked = { answer: resolve, lose: (why) => reject(new Error(why)) };
    const late = setTimeout(() => void this.end('it took too long'), this.#longestMs);
    this.#worker.postMessage(question);
    try {
      const answer = await promise;
      this.heldBytes = answer.heldBytes;
      if ('problem' in answer) throw new Error(answer.problem);
      return answer.found;
    } finally {
      clearTimeout(late);
      this.#asked = undefined;
    }
  }

  async end(why = 'it was ended'): Promise<void> {
    this.#lose(why);
    await this.#worker.terminate();
  }

  #lose(why: string): void {
    this.#ended ??= why;
    this.#asked?.lose(this.#ended);
  }
}
