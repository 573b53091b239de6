import { RESTING_CORES, SMALL_CORES } from '#model/constraints.ts';
import type { Submission } from '#model/execution.ts';
import { burstRoomBytesOf, resizesAtOnce } from '#model/instance.ts';
import type { RunRequest } from '#model/request.ts';
import type { Engine } from './engine.ts';

/** Policies that are there to compare with are enforced to the byte. */
export function burstRoomFor({ policy, constraints }: Submission, { runtime }: Engine): number {
  const isRoomy = policy === 'predictive' && constraints.mode === 'auto';
  return isRoomy ? burstRoomBytesOf(runtime.enforcement) : 0;
}

/**
 * Where CPU is there as soon as it is used, who rests is left with next to nothing, unless a minimum was
 * asked for (docs/decisions/0008-shared-burst-room.md).
 */
export function withRest(
  submission: Submission,
  { bounds }: RunRequest,
  engine: Engine,
): Submission {
  const { constraints } = submission;
  const { cpuCores } = constraints.min;
  // A minimum above that was set by somebody, who wants it held.
  const isAsked = bounds?.min?.cpuCores !== undefined || cpuCores > SMALL_CORES;
  if (isAsked || cpuCores <= RESTING_CORES || !isQuick(submission, engine)) return submission;
  return { ...submission, constraints: { ...constraints, restingCores: RESTING_CORES } };
}

function isQuick(submission: Submission, engine: Engine): boolean {
  return resizesAtOnce(engine.runtime.enforcement) && burstRoomFor(submission, engine) > 0;
}
