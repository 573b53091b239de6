import type { EventFilter, NewEvent, ServiceEvent } from '#record/service/events.ts';
import type { Ending, ServiceStore } from '#record/service/service-store.ts';

/** Whoever follows waits this long at most; a batch costs the disk as much as a single event. */
const FLUSH_MS = 25;
const MOST_PENDING = 256;
const TRY_AGAIN_MS = 500;

type WaitingEnd = {
  readonly id: string;
  readonly ending: Ending;
  readonly event: NewEvent;
  readonly stored: () => void;
};

type Subscriber = EventFilter & { readonly receive: (events: readonly ServiceEvent[]) => void };

/**
 * The one way of events through the process. What is told has been stored before, so that whoever
 * saw an event finds all later ones after a restart. Lifecycle: (publish, end, subscribe)* → close.
 */
export class EventBus {
  readonly #store: ServiceStore;
  readonly #subscribers = new Set<Subscriber>();
  readonly #onProblem: (error: unknown) => void;
  #pending: NewEvent[] = [];
  readonly #ends: WaitingEnd[] = [];
  #failing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: ServiceStore, onProblem: (error: unknown) => void) {
    this.#store = store;
    this.#onProblem = onProblem;
  }

  publish(event: NewEvent): void {
    this.#pending.push(event);
    if (this.#pending.length >= MOST_PENDING && !this.#failing) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Stores what was published, and then ends. While that fails it is kept, and tried again. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      this.#storePending();
      this.#storeEnds();
      this.#failing = false;
    } catch (error) {
      this.#pending = this.#pending.slice(-MOST_PENDING * MOST_PENDING);
      if (!this.#failing) this.#onProblem(error);
      this.#failing = true;
      this.#timer = setTimeout(() => this.flush(), TRY_AGAIN_MS);
    }
  }

  #storePending(): void {
    if (this.#pending.length === 0) return;
    const stored = this.#store.append(this.#pending);
    this.#pending = [];
    this.#tell(stored);
  }

  #storeEnds(): void {
    for (let next = this.#ends[0]; next; next = this.#ends[0]) {
      const stored = this.#store.end(next.id, next.ending, [next.event]);
      this.#ends.shift();
      if (stored) this.#tell(stored);
      next.stored();
    }
  }

  /** A new execution and its first events. */
  begin(...args: Parameters<ServiceStore['insert']>): void {
    this.flush();
    this.#tell(this.#store.insert(...args));
  }

  /**
   * The one outcome of an execution: one that it has already stays. Resolves when it is stored, which
   * on a full disk is when there is room again.
   */
  end(id: string, ending: Ending, event: NewEvent): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ends.push({ id, ending, event, stored: resolve });
    this.flush();
    return promise;
  }

  /** Events from now on, in batches; returns the end of it. */
  subscribe(filter: EventFilter, receive: Subscriber['receive']): () => void {
    const subscriber = { ...filter, receive };
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  close(): void {
    this.flush();
    clearTimeout(this.#timer);
    this.#subscribers.clear();
  }

  #tell(events: readonly ServiceEvent[]): void {
    for (const subscriber of this.#subscribers) {
      const wanted = events.filter((event) => matches(subscriber, event));
      if (wanted.length > 0) subscriber.receive(wanted);
    }
  }
}

export function matches({ execution, tenant, kinds }: EventFilter, event: ServiceEvent): boolean {
  if (execution !== undefined && event.execution !== execution) return false;
  if (tenant !== undefined && event.tenant !== tenant) return false;
  return kinds === undefined || kinds.includes(event.kind);
}
