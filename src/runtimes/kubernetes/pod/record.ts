import { randomBytes } from 'node:crypto';
import type { Allocation } from '#model/allocation.ts';
import type { KeptOutput } from '#model/launch.ts';
import { identify, type ProcessIdentity } from '../../process/process-identity.ts';
import type { Pod } from '../api/types.ts';
import { RECORD_ANNOTATION } from './names.ts';

/** What of a launch a later controller cannot read from the pod itself; an annotation of it. */
export type PodRecord = {
  readonly id: string;
  readonly controller: ProcessIdentity;
  /** New with each adoption: whoever sees another one has been succeeded. */
  readonly claim: string;
  readonly initial: Readonly<Record<keyof Allocation, number | null>>;
  readonly burstRoomBytes: number;
  readonly maxMemoryBytes: number | null;
  readonly kept?: KeptOutput;
  /** What of an earlier attempt is in those files, in bytes. */
  readonly keptBefore?: Readonly<Record<'stdout' | 'stderr', number>>;
  readonly hasInput: boolean;
  readonly hasProbe: boolean;
  /** Where changed files go to at the end. */
  readonly returnTo?: string;
};

export const THIS_CONTROLLER: ProcessIdentity = identify(process.pid) ?? {
  pid: process.pid,
  startTicks: 0,
};

/** Undefined when somebody else has written over it. */
export function recordOf(pod: Pod): PodRecord | undefined {
  try {
    return JSON.parse(pod.metadata.annotations?.[RECORD_ANNOTATION] ?? '') as PodRecord;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function newClaim(): string {
  return randomBytes(8).toString('hex');
}

/** JSON has no Infinity. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export function orInfinity(value: number | null): number {
  return value ?? Number.POSITIVE_INFINITY;
}
