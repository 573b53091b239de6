import type { Endings } from '#loop/endings.ts';
import type { Instance } from '#model/instance.ts';

/** The user's: the program decides what they mean. */
const INTERRUPTS = ['SIGINT', 'SIGQUIT'] as const;
/** Somebody's who wants Limber gone, and the program with it. */
const ENDS = ['SIGTERM', 'SIGHUP'] as const;
const PASSED = ['SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'] as const;

/**
 * Signals to Limber reach the program, which runs in a session of its own and would not get them.
 * Until there is a program they wait: an instance that is being made must first be there to be
 * released.
 */
export function passSignals() {
  const early: NodeJS.Signals[] = [];
  let deliver = (signal: NodeJS.Signals): void => void early.push(signal);
  const handler = (signal: NodeJS.Signals): void => deliver(signal);
  const all = [...INTERRUPTS, ...ENDS, ...PASSED];
  for (const signal of all) process.on(signal, handler);

  return {
    attach(instance: Instance, endings: Endings): void {
      deliver = (signal) => pass(signal, instance, endings);
      for (const signal of early) deliver(signal);
    },
    detach(): void {
      for (const signal of all) process.off(signal, handler);
    },
  };
}

function pass(signal: NodeJS.Signals, instance: Instance, endings: Endings): void {
  if (includes(INTERRUPTS, signal)) endings.interrupt(signal);
  else if (includes(ENDS, signal)) endings.end('cancelled', 'ask');
  else instance.signal(signal);
}

function includes(list: readonly NodeJS.Signals[], signal: NodeJS.Signals): boolean {
  return list.includes(signal);
}
