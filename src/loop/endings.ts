import type { Instance } from '#model/instance.ts';
import type { Ending } from './outcome.ts';

const FORCED_AFTER = 3;

/** Ends a run early, once, and remembers why. */
export type Endings = {
  readonly ending: () => Ending | undefined;
  /** True when the program had to be killed because it did not end when asked. */
  readonly killed: () => boolean;
  readonly end: (why: Ending, how: 'ask' | 'kill') => void;
  /** Passes a signal of the user's on; what the program makes of it decides the outcome. */
  readonly interrupt: (signal: NodeJS.Signals) => void;
  readonly interrupted: () => boolean;
  /** Call when the program is gone: no timer stays behind. */
  readonly close: () => void;
};

/**
 * A run that is asked to end gets SIGTERM, and SIGKILL when it is still there after the grace time.
 * The timeout counts from the launch.
 */
export function createEndings(
  instance: Instance,
  limits: { readonly timeoutMs?: number | undefined; readonly graceMs: number },
): Endings {
  const timers: NodeJS.Timeout[] = [];
  let ending: Ending | undefined;
  let killed = false;
  let interruptions = 0;

  function kill(): void {
    killed = true;
    instance.kill();
  }

  function end(why: Ending, how: 'ask' | 'kill'): void {
    if (ending) return;
    ending = why;
    if (how === 'kill') return kill();
    instance.signal('SIGTERM');
    timers.push(setTimeout(kill, limits.graceMs));
  }

  /** Whoever presses Ctrl-C a third time means it. */
  function interrupt(signal: NodeJS.Signals): void {
    interruptions++;
    if (interruptions < FORCED_AFTER) instance.signal(signal);
    else end('cancelled', 'kill');
  }

  if (limits.timeoutMs !== undefined) {
    timers.push(setTimeout(() => end('timed-out', 'ask'), limits.timeoutMs));
  }
  return {
    ending: () => ending,
    killed: () => killed,
    end,
    interrupt,
    interrupted: () => interruptions > 0,
    close: () => timers.forEach((timer) => clearTimeout(timer)),
  };
}
