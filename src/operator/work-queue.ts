const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 30_000;

export type WorkQueueOptions = {
  /** What is thrown is tried again after 50, 100, 200 … ms, up to 30 s. */
  readonly work: (key: string) => Promise<void>;
  readonly onProblem: (key: string, error: unknown) => void;
  /** One key is not worked on again sooner. */
  readonly leastBetweenMs: number;
  readonly workers: number;
};

/**
 * Keys that wait to be worked on, each at most once: however often one changes, it is looked at as it
 * is then. Lifecycle: create → add* → stop.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #working = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #failures = new Map<string, number>();
  readonly #workedMs = new Map<string, number>();
  #isStopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size + this.#timers.size;
  }

  add(key: string): void {
    if (this.#isStopped) return;
    const { leastBetweenMs } = this.#options;
    const waitMs = (this.#workedMs.get(key) ?? -Infinity) + leastBetweenMs - performance.now();
    if (waitMs > 0) this.#addLater(key, waitMs);
    else this.#addNow(key);
  }

  /** What is gone need not be remembered. */
  forget(key: string): void {
    this.#failures.delete(key);
    this.#workedMs.delete(key);
  }

  stop(): void {
    this.#isStopped = true;
    this.#waiting.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #addNow(key: string): void {
    this.#waiting.add(key);
    this.#next();
  }

  #addLater(key: string, ms: number): void {
    if (this.#timers.has(key) || this.#waiting.has(key)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.#addNow(key);
    }, ms);
    this.#timers.set(key, timer);
  }

  #next(): void {
    for (const key of this.#waiting) {
      if (this.#working.size >= this.#options.workers) return;
      if (this.#working.has(key)) continue;
      this.#waiting.delete(key);
      this.#working.add(key);
      void this.#work(key);
    }
  }

  async #work(key: string): Promise<void> {
    try {
      await this.#options.work(key);
      this.#failures.delete(key);
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.#options.onProblem(key, error);
      if (!this.#isStopped)
        this.#addLater(key, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)));
    }
    this.#working.delete(key);
    this.#workedMs.set(key, performance.now());
    if (!this.#isStopped) this.#next();
  }
}
