import { admitNow } from '#commands/admit.ts';
import type { Engine } from '#commands/engine.ts';
import { openPolicy } from '#commands/open-policy.ts';
import { note } from '#loop/notes.ts';
import type { CompletedRun, PreparedRun } from '#loop/run-execution.ts';
import { LimberError } from '#model/errors.ts';
import type { LiveRun } from './live-run.ts';

const SECOND = 2;

/**
 * The second attempt of a run whose instance was lost, where that was asked for and the node has room;
 * undefined for every other end.
 */
export async function preparedAgain(
  engine: Engine,
  { prepared, live }: { readonly prepared: PreparedRun; readonly live: LiveRun },
  { summary, exit }: CompletedRun,
): Promise<PreparedRun | undefined> {
  if (summary.outcome !== 'lost' || live.cancelled) return undefined;
  const { id, submission, settings, spec } = prepared;
  if (!submission.retryLost || !spec.pod || attemptOf(prepared) === SECOND) return undefined;
  const again = {
    ...prepared,
    policy: await openPolicy(submission, settings.policy),
    notes: [...prepared.notes, note('run-again', { id, problem: exit.lost ?? '' })],
    spec: { ...spec, pod: { ...spec.pod, attempt: SECOND } },
  };
  try {
    return admitNow(engine, again);
  } catch (error) {
    if (error instanceof LimberError) return undefined;
    throw error;
  }
}

export function attemptOf({ spec }: PreparedRun): number {
  return spec.pod?.attempt ?? 1;
}
