import type { EventFilter, NewEvent, ServiceEvent } from '#record/service/events.ts';
import type { Ending, ServiceStore } from '#record/service/service-store.ts';

/** Whoever follows waits this long at most; a batch costs the disk as much as a single event. */
const FLUSH_MS = 25;
const MOST_PENDING = 256;

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
  #timer: NodeJS.Timeout | undefined;

  constructor(store: ServiceStore, onProblem: (error: unknown) => void) {
    this.#store = store;
    this.#onProblem = onProblem;
  }

  publish(event: NewEvent): void {
    this.#pending.push(event);
    if (this.#pending.length >= MOST_PENDING) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Stores what was published. While that fails it is kept, and tried again with the next. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#pending;
    if (events.length === 0) return;
    try {
      const stored = this.#store.append(events);
      this.#pending = [];
      this.#tell(stored);
    } catch (error) {
      this.#pending = events.slice(-MOST_PENDING * MOST_PENDING);
      this.#onProblem(error);
    }
  }

  /** A new execution and its first events. */
  begin(...args: Parameters<ServiceStore['insert']>): void {
    this.flush();
    this.#tell(this.#store.insert(...args));
  }

  /** The one outcome of an execution; false when it has one. */
  end(id: string, ending: Ending, event: NewEvent): boolean {
    this.flush();
    const stored = this.#store.end(id, ending, [event]);
    if (stored) this.#tell(stored);
    return stored !== undefined;
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
