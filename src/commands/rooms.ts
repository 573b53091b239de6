import { RESTING_CORES } from '#model/constraints.ts';
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

/** A minimum above that was set by somebody, who wants it held. */
const MOST_LENT_CORES = 0.1;

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
  const isAsked = bounds?.min?.cpuCores !== undefined || cpuCores > MOST_LENT_CORES;
  if (isAsked || cpuCores <= RESTING_CORES || !isQuick(submission, engine)) return submission;
  return { ...submission, constraints: { ...constraints, restingCores: RESTING_CORES } };
}

/** What it wakes with, until it is seen to. */
export function wakingRoomFor({ constraints }: Submission): Pick<LaunchSpec, 'wakingCores'> {
  const { min, restingCores } = constraints;
  return restingCores === undefined ? {} : { wakingCores: min.cpuCores };
}

function isQuick(submission: Submission, engine: Engine): boolean {
  const { enforcement } = engine.runtime;
  const isImmediate = enforcement.kind === 'enforce' && enforcement.burstRoomBytes === undefined;
  return isImmediate && burstRoomFor(submission, engine) > 0;
}
