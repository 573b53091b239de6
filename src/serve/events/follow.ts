import type { EventFilter, ServiceEvent } from '#record/service/events.ts';
import type { ServiceStore } from '#record/service/service-store.ts';
import { matches, type EventBus } from './bus.ts';

const PAGE = 500;
/** Whoever reads slower than that much is behind; the rest waits for it in the store. */
const MOST_WAITING = 1000;

/**
 * All events after `after`, first from the store and then as they come: none twice, none left out,
 * however slowly they are taken. Ends with `signal`, and behind the end of the one execution that it is of.
 */
export async function* followEvents(
  { store, bus }: { readonly store: ServiceStore; readonly bus: EventBus },
  filter: EventFilter,
  from: {
    readonly after: number;
    /** False: ends with what there is now. */
    readonly follow: boolean;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<readonly ServiceEvent[]> {
  const { signal } = from;
  let waiting: ServiceEvent[] = [];
  let overrun = true;
  let wake = (): void => {};
  const stop = bus.subscribe(withState(filter), (events) => {
    if (waiting.length > MOST_WAITING) overrun = true;
    else waiting.push(...events);
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  let seen = from.after;
  try {
    while (!signal.aborted) {
      // Asked before reading: what was told up to its end is read.
      const isLast = !from.follow || isOver(store, filter);
      const events: readonly ServiceEvent[] = overrun ? catchUp() : waiting;
      if (!overrun) waiting = [];
      const fresh = events.filter(({ sequence }) => sequence > seen);
      seen = Math.max(seen, events.at(-1)?.sequence ?? 0);
      const wanted = fresh.filter((event) => matches(filter, event));
      if (wanted.length > 0) yield wanted;
      if (events.length > 0 || overrun) continue;
      if (isLast) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (waiting.length > 0 || overrun || signal.aborted) resolve();
      });
    }
  } finally {
    stop();
  }

  /** A full page: there is more. What came meanwhile is in the store as well. */
  function catchUp(): readonly ServiceEvent[] {
    const page = store.eventsAfter(seen, filter, PAGE);
    if (page.length < PAGE) {
      overrun = false;
      waiting = waiting.filter(({ sequence }) => sequence > (page.at(-1)?.sequence ?? seen));
    }
    return page;
  }
}

function isOver(store: ServiceStore, { execution }: EventFilter): boolean {
  return execution !== undefined && (store.find(execution)?.state ?? 'ended') === 'ended';
}

/** Of its end is heard whatever else is wanted. */
function withState(filter: EventFilter): EventFilter {
  const { kinds } = filter;
  return kinds ? { ...filter, kinds: [...kinds, 'state'] } : filter;
}
