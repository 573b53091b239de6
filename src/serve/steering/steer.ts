import { openPolicy } from '#commands/open-policy.ts';
import { act, type CapacityLedger } from '#loop/act.ts';
import { hearHint } from '#loop/hear-hint.ts';
import type { Managed } from '#loop/managed.ts';
import { obey } from '#loop/obey.ts';
import { ALLOCATION_KEYS, mapAllocation, RESOURCE_OF, type Allocation } from '#model/allocation.ts';
import { clampAllocation, invertedBound, type Constraints } from '#model/constraints.ts';
import type { ControlAnswer } from '#model/control.ts';
import { LimberError } from '#model/errors.ts';
import { formatAllocated } from '#model/quantities.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { LiveRun } from '../executions/live-run.ts';
import type { Scaling } from '../executions/request.ts';
import { constraintsWith, over, resolveScaling } from '../executions/scaling.ts';
import { newEvent } from '../executions/tell.ts';
import type { Services } from '../services.ts';

export type Steered = {
  readonly execution: ServiceExecution;
  readonly live: LiveRun;
  readonly managed: Managed;
};

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
  { execution, live, managed }: Steered,
  { change, dryRun }: { readonly change: Scaling; readonly dryRun: boolean },
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

export type Resize = {
  readonly state: 'refused' | 'converging' | 'applied';
  readonly desired: Partial<Allocation>;
  /** Within the bounds, and what the node has. */
  readonly accepted: Allocation;
  readonly actual: Allocation;
  readonly text: string;
};

/** desired → accepted → actual. Its size is locked from then on, until it is unlocked. */
export function resize(
  services: Services,
  { execution, live, managed }: Steered,
  { sizes, dryRun }: { readonly sizes: Partial<Allocation>; readonly dryRun: boolean },
): Resize {
  const from = managed.input.allocation;
  const within = clampAllocation({ ...from, ...sizes }, managed.constraints);
  if (dryRun) return wouldResize(services, managed, sizes, within);
  const tell = (body: object) => services.bus.publish(newEvent(execution, 'resize', body));
  tell({ state: 'desired', desired: sizes });
  const request = { kind: 'resize' as const, sizes };
  const context = { ledger: booksOf(services), settings: live.run.settings };
  const canResize = managed.constraints.mode !== 'observe' && canEnforce(managed);
  if (canResize) tell({ state: 'accepted', accepted: within });
  const answer: ControlAnswer = obey(managed, request, context);
  const actual = managed.input.allocation;
  const isThere = ALLOCATION_KEYS.every(
    (key) => actual[key] !== from[key] || within[key] === from[key],
  );
  const state =
    !answer.accepted || !isThere
      ? 'refused'
      : managed.resizesUnderWay > 0
        ? 'converging'
        : 'applied';
  if (!answer.accepted) tell({ state: 'refused', text: answer.text });
  if (answer.accepted)
    services.store.changeScaling(
      execution.id,
      over(execution.scaling as Scaling, { mode: 'locked' }),
    );
  return { state, desired: sizes, accepted: within, actual, text: answer.text };
}

function canEnforce({ instance }: Managed): boolean {
  return instance.enforcement.kind === 'enforce';
}

/** What a program may ask for itself; the same rules, and the same answer. */
export function hint(
  managed: Managed,
  wants: object,
): { readonly accepted: boolean; readonly reason: string } {
  const nowMs = performance.now();
  const line = JSON.stringify({ v: 1, kind: 'hint', hint: wants });
  const answer = hearHint(managed, line, nowMs, () => void (managed.dueMs = nowMs));
  const { accepted, reason } = JSON.parse(answer ?? '{}') as {
    accepted?: boolean;
    reason?: string;
  };
  return { accepted: accepted ?? false, reason: reason ?? 'it is not understood' };
}

function wouldResize(
  { engine }: Services,
  managed: Managed,
  desired: Partial<Allocation>,
  within: Allocation,
): Resize {
  const from = managed.input.allocation;
  const { free } = engine.ledger.snapshot();
  const accepted = mapAllocation((key) =>
    Math.min(within[key], from[key] + Math.max(0, free[key])),
  );
  const short = ALLOCATION_KEYS.filter((key) => accepted[key] < within[key]);
  const text = [
    `would be set to ${describeChange(from, accepted)} and locked`,
    ...short.map((key) => `the node has only ${formatAllocated(key, accepted[key])} for it`),
  ].join('; ');
  return { state: 'applied', desired, accepted, actual: from, text };
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

function booksOf({ engine: { ledger } }: Services): CapacityLedger {
  return {
    reserve: (id, wanted, claim) => ledger.reserve(id, wanted, claim).granted,
    shrink: (id, to, claim) => ledger.shrink(id, to, claim),
  };
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

function describeChange(from: Allocation, to: Allocation): string {
  return ALLOCATION_KEYS.filter((key) => from[key] !== to[key])
    .map(
      (key) => `${key} from ${formatAllocated(key, from[key])} to ${formatAllocated(key, to[key])}`,
    )
    .join(', ');
}
