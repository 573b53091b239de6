import { foreseeAdmission } from '#commands/admit.ts';
import type { PreparedRun } from '#loop/run-execution.ts';
import { mapAllocation } from '#model/allocation.ts';
import { LimberError } from '#model/errors.ts';
import type { Accepting } from './accept.ts';

export type Foreseen = {
  readonly would: 'start' | 'wait';
  readonly text: string;
  /** With the size that it would begin with now, or, where it waits, the one that it would ask for. */
  readonly run: PreparedRun;
};

/** Whether one that is prepared would be started at once, or has to wait, and for what. */
export function foresee(
  { engine, warm }: Accepting,
  run: PreparedRun,
  { ahead, running }: { readonly ahead: number; readonly running: number },
): Foreseen {
  const { maxRunning } = engine.config.serve;
  const wait = (text: string): Foreseen => ({ would: 'wait', text, run });
  if (ahead > 0) return wait(`it would wait behind ${ahead} of at least its priority`);
  if (running >= maxRunning)
    return wait(`it would wait until one of the ${running} that run has ended (serve.maxRunning)`);
  // What was only made in advance goes before anybody waits.
  const spare = { ...mapAllocation(() => 0), memoryBytes: warm.heldBytes };
  try {
    const admitted = foreseeAdmission(engine, run, spare);
    return { would: 'start', text: 'it would start at once', run: admitted };
  } catch (error) {
    if (!(error instanceof LimberError)) throw error;
    return wait(`it would wait for others: ${error.message}`);
  }
}
