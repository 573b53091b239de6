import { LEAST_BUSY_CORES, RESTING_CORES } from '#model/constraints.ts';
import type { Submission } from '#model/execution.ts';
import { burstRoomBytesOf } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
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
  const { min, max } = constraints;
  const isOrdinary = min.cpuCores === LEAST_BUSY_CORES && max.cpuCores >= LEAST_BUSY_CORES;
  if (!isOrdinary || bounds?.min?.cpuCores !== undefined || !isQuick(submission, engine))
    return submission;
  return {
    ...submission,
    constraints: { ...constraints, min: { ...min, cpuCores: RESTING_CORES } },
  };
}

/** What it wakes with, until it is seen to. */
export function wakingRoomFor(
  submission: Submission,
  engine: Engine,
): Pick<LaunchSpec, 'wakingCores'> {
  const rests = submission.constraints.min.cpuCores === RESTING_CORES;
  return rests && isQuick(submission, engine) ? { wakingCores: LEAST_BUSY_CORES } : {};
}

function isQuick(submission: Submission, engine: Engine): boolean {
  const { enforcement } = engine.runtime;
  const isImmediate = enforcement.kind === 'enforce' && enforcement.burstRoomBytes === undefined;
  return isImmediate && burstRoomFor(submission, engine) > 0;
}
