import { availableParallelism } from 'node:os';
import { LimberError } from '#model/errors.ts';
import type { Question } from './question.ts';
import { ReadingThread, type ThreadLimits } from './reading-thread.ts';

const MOST_THREADS = 4;
/** Of its time: a thread that has paused was not what others waited for. */
const BUSY_SHARE = 0.9;

export type ReadingLimits = ThreadLimits & {
  /** More questions than this do not wait. */
  readonly mostWaiting: number;
  readonly mostThreads: number;
  /** Threads at work for this long while somebody waits: one more is worth its start. */
  readonly patienceMs: number;
  /** A thread that nobody needed for this long ends; one stays. */
  readonly idleMs: number;
  /** One that holds more once it has answered ends as well. */
  readonly mostHeldBytes: number;
};

const DEFAULTS: ReadingLimits = {
  // Three times what one file may take.
  longestMs: 10_000,
  heapMebibytes: 512,
  mostWaiting: 256,
  mostThreads: Math.max(2, Math.min(MOST_THREADS, availableParallelism())),
  // A thread reads its first program 60 to 90 ms after its start, and holds some 15 MB from then on.
  patienceMs: 100,
  idleMs: 10_000,
  mostHeldBytes: 192 * 2 ** 20,
};

type Asked = {
  readonly question: Question;
  readonly resolve: (found: unknown) => void;
  readonly reject: (error: unknown) => void;
};

type Idle = { readonly thread: ReadingThread; readonly leave: NodeJS.Timeout };

/**
 * Threads that read code while those who ask do something else. One is always up; another helps
 * where somebody waits for it. Lifecycle: create → ask … → close.
 */
export class ReadingRoom {
  readonly #limits: ReadingLimits;
  readonly #threads = new Set<ReadingThread>();
  readonly #idle: Idle[] = [];
  readonly #waiting: Asked[] = [];
  #help: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(limits: Partial<ReadingLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
    this.#open();
  }

  /** Throws `reading-busy` where too many wait, and what went wrong with this one. */
  ask(question: Question): Promise<unknown> {
    const waiting = this.#waiting.length;
    if (waiting >= this.#limits.mostWaiting) throw new LimberError('reading-busy', { waiting });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ question, resolve, reject });
    this.#next();
    return promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#help);
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('nobody reads any more'));
    for (const { leave } of this.#idle.splice(0)) clearTimeout(leave);
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  /** The thread that was used last is asked first: the others become superfluous. */
  #next(): void {
    if (this.#waiting.length === 0) return;
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      clearTimeout(idle.leave);
      void this.#answer(idle.thread, this.#waiting.shift()!);
    } else if (this.#threads.size === 0) this.#open();
    else if (this.#threads.size < this.#limits.mostThreads) this.#help ??= this.#watch();
  }

  #watch(): NodeJS.Timeout {
    for (const thread of this.#threads) thread.watch();
    return setTimeout(() => this.#getHelp(), this.#limits.patienceMs).unref();
  }

  /** In a burst answers wait for this thread: another that reads would only take its processor. */
  #getHelp(): void {
    this.#help = undefined;
    if (this.#waiting.length === 0) return;
    const shares = [...this.#threads].map((thread) => thread.busyShare());
    if (Math.min(...shares) > BUSY_SHARE) this.#open();
    else this.#next();
  }

  #open(): void {
    const thread = new ReadingThread(this.#limits);
    this.#threads.add(thread);
    this.#rest(thread);
  }

  async #answer(thread: ReadingThread, { question, resolve, reject }: Asked): Promise<void> {
    await thread.ask(question).then(resolve, reject);
    const isSpent = thread.isOver || thread.heldBytes > this.#limits.mostHeldBytes;
    if (isSpent) this.#leave(thread);
    else this.#rest(thread);
  }

  #rest(thread: ReadingThread): void {
    const leave = setTimeout(() => this.#leaveIdle(thread), this.#limits.idleMs).unref();
    this.#idle.push({ thread, leave });
    this.#next();
  }

  #leaveIdle(thread: ReadingThread): void {
    if (this.#threads.size === 1) return;
    this.#idle.splice(
      this.#idle.findIndex((idle) => idle.thread === thread),
      1,
    );
    this.#leave(thread);
  }

  /** Another is up before it is asked. */
  #leave(thread: ReadingThread): void {
    this.#threads.delete(thread);
    void thread.end();
    if (this.#isClosed) return;
    if (this.#threads.size === 0) this.#open();
    else this.#next();
  }
}
