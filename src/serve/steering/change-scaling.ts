import { openPolicy } from '#commands/open-policy.ts';
import { act } from '#loop/act.ts';
import { ALLOCATION_KEYS, RESOURCE_OF, type Allocation } from '#model/allocation.ts';
import { clampAllocation, invertedBound, type Constraints } from '#model/constraints.ts';
import { LimberError } from '#model/errors.ts';
import type { Managed } from '#loop/managed.ts';
import type { LiveRun } from '../executions/live-run.ts';
import type { Scaling } from '../executions/request.ts';
import { constraintsWith, over, resolveScaling } from '../executions/scaling.ts';
import { newEvent } from '../executions/tell.ts';
import type { Services } from '../services.ts';
import { booksOf } from './books.ts';
import { describeChange } from './describe-change.ts';
import { prepareAnew } from './prepare-anew.ts';
import type { Running, Waiting } from './steered.ts';

export type Change = { readonly change: Scaling; readonly dryRun: boolean };

/** What a change did, or would do, and why. */
export type Effect = {
  readonly accepted: boolean;
  readonly text: string;
  readonly from: Allocation;
  readonly to: Allocation;
  readonly constraints: Constraints;
};

/**
 * Bounds, priority, mode, policy and its settings of a run that goes on: all of it or nothing.
 * Throws what is wrong with it, before anything was changed.
 */
export async function changeScaling(
  services: Services,
  { execution, live, managed }: Running,
  { change, dryRun }: Change,
): Promise<Effect> {
  const { engine, store, bus } = services;
  const asked = over(execution.scaling as Scaling, change);
  const resolved = resolveScaling(store, engine.config, execution.tenant, asked);
  const constraints = changedConstraints(managed, live, change);
  const from = managed.input.allocation;
  const to = clampAllocation(from, constraints);
  const effect = { accepted: true, text: textOf(from, to, change), from, to, constraints };
  if (dryRun) return effect;
  // Throws when they make no sense; nothing else has been touched.
  live.run.settings.change(resolved.settings);
  if (change.policy !== undefined)
    managed.policy = await openPolicy(
      { ...live.run.submission, policy: resolved.policy },
      live.run.settings.policy,
    );
  managed.constraints = constraints;
  managed.input.constraints = constraints;
  managed.live.lookahead.within(constraints.max);
  store.changeScaling(execution.id, asked);
  bus.publish(newEvent(execution, 'scaling', change));
  if (ALLOCATION_KEYS.some((key) => to[key] !== from[key]) && constraints.mode === 'auto')
    act(
      managed,
      { allocation: to, reasons: reasonsFor(from, to), rolledBack: false },
      booksOf(services),
      managed.input.sample.atMs,
    );
  managed.dueMs = performance.now();
  return { ...effect, to: managed.input.allocation };
}

/**
 * The same of one that waits: it is prepared anew, and starts with that. Undefined when it was
 * started, or changed by somebody else, meanwhile.
 */
export async function changeScalingOfWaiting(
  services: Services,
  waiting: Waiting,
  { change, dryRun }: Change,
): Promise<Effect | undefined> {
  const run = await prepareAnew(services, waiting, {
    asked: (request) => ({ ...request, scaling: over(request.scaling, change) }),
    told: change,
    dryRun,
  });
  if (!run) return undefined;
  const [from, to] = [waiting.run.initial, run.initial];
  const { constraints } = run.submission;
  const text = `${textOf(from, to, change)} (it waits)`.replace('at once ', 'it starts with ');
  return { accepted: true, text, from, to, constraints };
}

function changedConstraints(managed: Managed, live: LiveRun, change: Scaling): Constraints {
  const present = managed.constraints;
  const { mode } = managed.input.constraints;
  const next = constraintsWith({ ...present, mode }, change);
  const key = invertedBound(next);
  if (key !== undefined)
    throw new LimberError('request-invalid', {
      problem: `min.${key} (${next.min[key]}) is above max.${key} (${next.max[key]})`,
    });
  const top = live.run.submission.constraints.max.memoryBytes;
  // The kernel was told of it when the instance was made, and so was the language's own runtime.
  if (next.max.memoryBytes > top)
    throw new LimberError('request-invalid', {
      problem: `max.memoryBytes: expected at most the ${top} that it was started with, got ${next.max.memoryBytes}`,
    });
  return next;
}

function reasonsFor(from: Allocation, to: Allocation) {
  return ALLOCATION_KEYS.filter((key) => from[key] !== to[key]).map((key) => ({
    resource: RESOURCE_OF[key],
    signal: `manual.${key}`,
    value: to[key],
    threshold: from[key],
    factor: to[key] / from[key],
    text: 'its bounds were changed',
  }));
}

function textOf(from: Allocation, to: Allocation, change: Scaling): string {
  const named = Object.keys(change).join(', ');
  const effect = describeChange(from, to);
  return effect === '' ? `${named}: no size changes at once` : `${named}: at once ${effect}`;
}
