import { constants } from 'node:os';
import type { Outcome } from '#model/execution.ts';
import { ERRORS } from '#model/errors.ts';
import type { Exit } from '#model/instance.ts';

/** Why Limber itself ended a run; at most one, the first. */
export type Ending =
  | 'timed-out'
  | 'memory-exhausted'
  | 'budget-exhausted'
  | 'node-memory-exhausted'
  | 'output-exceeded'
  | 'disk-exhausted'
  | 'limits-lost'
  | 'cancelled';

const SIGNAL_BASE = 128;
const FAILED_TO_START = 125;
/** 128 + SIGHUP, SIGINT, SIGQUIT, SIGKILL and SIGTERM. */
const INTERRUPTED = new Set([129, 130, 131, 137, 143]);

/**
 * How a run ended and with which exit code Limber ends. The program's own code passes through,
 * 128 + n for a signal as shells have it; endings that Limber decided have the catalogue's codes.
 */
export function classify(
  exit: Exit,
  ending: Ending | undefined,
  interrupted = false,
): { readonly outcome: Outcome; readonly exitCode: number } {
  if (exit.lost !== undefined && ending === undefined)
    return { outcome: 'lost', exitCode: ERRORS['instance-lost'].exitCode };
  if (ending && ending !== 'cancelled')
    return { outcome: ending, exitCode: ERRORS[ending].exitCode };
  if (exit.memoryExhausted && programCode(exit) !== 0) {
    return { outcome: 'memory-exhausted', exitCode: ERRORS['memory-exhausted'].exitCode };
  }
  const exitCode = programCode(exit);
  const diedOfIt = interrupted && INTERRUPTED.has(exitCode);
  if (ending === 'cancelled' || diedOfIt) return { outcome: 'cancelled', exitCode };
  return { outcome: exitCode === 0 ? 'succeeded' : 'failed', exitCode };
}

function programCode({ exitCode, signal }: Exit): number {
  if (exitCode !== undefined) return exitCode;
  return signal ? SIGNAL_BASE + signalNumber(signal) : FAILED_TO_START;
}

function signalNumber(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}
