import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isUnreachable } from './session.ts';

export type Polled<Value> = {
  readonly value: Value | undefined;
  /** What the server said against it. */
  readonly problem: string | undefined;
};

/** Asks again and again while the page can be seen; what came last stays while nobody answers. */
export function usePolling<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  everyMs: number,
  deps: readonly unknown[],
): Signal<Polled<Value>> {
  const polled = useSignal<Polled<Value>>({ value: undefined, problem: undefined });
  useEffect(() => {
    const gone = new AbortController();
    const look = async (): Promise<void> => {
      try {
        polled.value = { value: await ask(gone.signal), problem: undefined };
      } catch (error) {
        if (gone.signal.aborted || isUnreachable(error)) return;
        polled.value = { value: polled.peek().value, problem: messageOf(error) };
      }
    };
    const run = async (): Promise<void> => {
      while (!gone.signal.aborted) {
        if (!document.hidden) await look();
        await pause(everyMs, gone.signal);
      }
    };
    void run();
    return () => gone.abort();
  }, [...deps, everyMs]);
  return polled;
}

/** Resolves after the time, when it is over, or when the page is looked at again. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      document.removeEventListener('visibilitychange', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    document.addEventListener('visibilitychange', done);
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
