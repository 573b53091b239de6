import { setTimeout as sleep } from 'node:timers/promises';
import type { PreparedRun } from '#loop/run-execution.ts';
import { claimantOf } from '#model/constraints.ts';
import { fitIntoGrant } from '#arbitrate/arbitrate.ts';
import { ALLOCATION_KEYS, type Allocation } from '#model/allocation.ts';
import { LimberError } from '#model/errors.ts';
import type { Grant } from '#record/ledger.ts';
import { ownController } from '#record/controller-process.ts';
import type { Engine } from './engine.ts';

/**
 * A run that has just begun holds a first guess, which it gives back within a few hundred
 * milliseconds where it does not need it: several that start at once wait that long for each other.
 */
const PATIENCE_MS = 5_000;
const RETRY_MS = 50;

/**
 * Enters the run into the node's books, and gives it the first size that the node has for it. Throws
 * `capacity-exhausted` or `tenant-quota-exceeded` when its minimum does not fit; until then others
 * give way to it.
 */
export async function admit(engine: Engine, prepared: PreparedRun): Promise<PreparedRun> {
  if (!isLimited(prepared)) return prepared;
  return withGranted(prepared, await whenThereIsRoom(engine, prepared));
}

/** The same, at once or not at all. */
export function admitNow(engine: Engine, prepared: PreparedRun): PreparedRun {
  if (!isLimited(prepared)) return prepared;
  const granted = engine.ledger.admit(prepared.id, requestOf(prepared));
  return withGranted(prepared, granted);
}

/**
 * The same as far as it can be told without doing it: with what it would begin if the node had `spare`
 * more. Throws as `admit` does.
 */
export function foreseeAdmission(
  engine: Engine,
  prepared: PreparedRun,
  spare: Allocation,
): PreparedRun {
  if (!isLimited(prepared)) return prepared;
  const granted = engine.ledger.foresee(requestOf(prepared), spare);
  return withGranted(prepared, { granted });
}

function isLimited({ submission: { policy, constraints } }: PreparedRun): boolean {
  return policy !== 'unlimited' && constraints.mode !== 'observe';
}

function withGranted(
  prepared: PreparedRun,
  granted: Pick<Grant, 'granted'> & Partial<Pick<Grant, 'share'>>,
): PreparedRun {
  const { spec } = prepared;
  const target = { allocation: spec.initial, reasons: [], rolledBack: false };
  const { allocation: initial, reasons } = fitIntoGrant(target, granted.granted, granted.share);
  const initialReasons = [...prepared.initialReasons, ...reasons.map(({ text }) => text)];
  return { ...prepared, spec: { ...spec, initial }, initial, initialReasons };
}

async function whenThereIsRoom(
  { ledger, capacity }: Engine,
  prepared: PreparedRun,
): Promise<Grant> {
  const { id } = prepared;
  const request = requestOf(prepared);
  const { min } = request;
  const canEverFit = ALLOCATION_KEYS.every((key) => min[key] <= capacity[key]);
  const deadlineMs = performance.now() + (canEverFit ? PATIENCE_MS : 0);
  for (;;) {
    try {
      return ledger.admit(id, request);
    } catch (error) {
      if (!isFull(error) || performance.now() > deadlineMs) {
        ledger.release(id);
        throw error;
      }
      await sleep(RETRY_MS);
    }
  }
}

function isFull(error: unknown): boolean {
  if (!(error instanceof LimberError)) return false;
  return error.code === 'capacity-exhausted' || error.code === 'tenant-quota-exceeded';
}

function requestOf({ submission, spec }: PreparedRun) {
  const wanted = spec.initial;
  // A size that will never change is had in full or not at all.
  const { policy, constraints } = submission;
  const isFixed = policy === 'static' || constraints.mode === 'locked';
  const min = isFixed ? wanted : constraints.min;
  return { ...ownController(), min, wanted, claimant: claimantOf(constraints) };
}
