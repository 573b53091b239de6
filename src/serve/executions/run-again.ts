import { admitNow } from '#commands/admit.ts';
import type { Engine } from '#commands/engine.ts';
import { openPolicy } from '#commands/open-policy.ts';
import { note } from '#loop/notes.ts';
import type { CompletedRun, PreparedRun } from '#loop/run-execution.ts';
import { LimberError } from '#model/errors.ts';
import type { LiveRun } from './live-run.ts';

const SECOND = 2;

/** Whose instance may be lost: what it runs as, or what a former server was asked for. */
export type Lost = {
  readonly live: LiveRun;
  /** Undefined when it had its second attempt, or nobody knows any more what was asked for. */
  readonly asAsked: () => PreparedRun | undefined | Promise<PreparedRun | undefined>;
};

/**
 * The second attempt of a run whose instance was lost, where that was asked for and the node has room;
 * undefined for every other end.
 */
export async function preparedAgain(
  engine: Engine,
  { live, asAsked }: Lost,
  { summary, exit }: CompletedRun,
): Promise<PreparedRun | undefined> {
  if (summary.outcome !== 'lost' || live.cancelled || !mayRunAgain(live.run)) return undefined;
  try {
    const prepared = await asAsked();
    if (!prepared?.spec.pod || attemptOf(prepared) === SECOND) return undefined;
    const { submission, settings } = prepared;
    const policy = await openPolicy(submission, settings.policy);
    return admitNow(engine, { ...secondAttempt(prepared, exit.lost ?? ''), policy });
  } catch (error) {
    if (error instanceof LimberError) return undefined;
    throw error;
  }
}

/** A new pod of another name; `problem` is what became of the first. */
export function secondAttempt(prepared: PreparedRun, problem: string): PreparedRun {
  const { id, spec, notes } = prepared;
  return {
    ...prepared,
    notes: [...notes, note('run-again', { id, problem })],
    spec: { ...spec, ...(spec.pod && { pod: { ...spec.pod, attempt: SECOND } }) },
  };
}

export function mayRunAgain({ submission }: Pick<PreparedRun, 'submission'>): boolean {
  return submission.retryLost === true && submission.pod !== undefined;
}

export function attemptOf({ spec }: PreparedRun): number {
  return spec.pod?.attempt ?? 1;
}
