import type { Managed } from '#loop/managed.ts';
import { obey } from '#loop/obey.ts';
import { ALLOCATION_KEYS, mapAllocation, type Allocation } from '#model/allocation.ts';
import { clampAllocation } from '#model/constraints.ts';
import type { ControlAnswer } from '#model/control.ts';
import { formatAllocated } from '#model/quantities.ts';
import type { Scaling } from '../executions/request.ts';
import { over } from '../executions/scaling.ts';
import { newEvent } from '../executions/tell.ts';
import type { Services } from '../services.ts';
import { booksOf } from './books.ts';
import { describeChange } from './describe-change.ts';
import { prepareAnew } from './prepare-anew.ts';
import type { Running, Waiting } from './steered.ts';

export type Resize = {
  readonly state: 'refused' | 'converging' | 'applied';
  readonly desired: Partial<Allocation>;
  /** Within the bounds, and what the node has. */
  readonly accepted: Allocation;
  readonly actual: Allocation;
  readonly text: string;
};

export type Sizes = { readonly sizes: Partial<Allocation>; readonly dryRun: boolean };

/** desired → accepted → actual. Its size is locked from then on, until it is unlocked. */
export function resize(
  services: Services,
  { execution, live, managed }: Running,
  { sizes, dryRun }: Sizes,
): Resize {
  const from = managed.input.allocation;
  const within = clampAllocation({ ...from, ...sizes }, managed.constraints);
  if (dryRun) return wouldResize(services, managed, sizes, within);
  const tell = (body: object) => services.bus.publish(newEvent(execution, 'resize', body));
  tell({ state: 'desired', desired: sizes });
  const request = { kind: 'resize' as const, sizes };
  const context = {
    ledger: booksOf(services),
    settings: live.run.settings,
    end: () => services.executions.cancel(execution),
  };
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

/** Of one that waits: it starts with that size, and locked. Undefined as for its scaling. */
export async function resizeWaiting(
  services: Services,
  waiting: Waiting,
  { sizes, dryRun }: Sizes,
): Promise<Resize | undefined> {
  const { constraints } = waiting.run.submission;
  const nothing = mapAllocation(() => 0);
  const unchanged = { desired: sizes, accepted: waiting.run.initial, actual: nothing };
  if (constraints.mode === 'observe')
    return { ...unchanged, state: 'refused', text: 'this run is only observed' };
  const run = await prepareAnew(services, waiting, {
    asked: (request) => ({
      ...request,
      initial: { ...request.initial, ...sizes },
      scaling: over(request.scaling, { mode: 'locked' }),
    }),
    told: { mode: 'locked' },
    dryRun,
  });
  if (!run) return undefined;
  const text = `it waits: it starts with ${describeSize(run.initial)}, and locked`;
  return { state: 'converging', desired: sizes, accepted: run.initial, actual: nothing, text };
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

function describeSize(size: Allocation): string {
  return ALLOCATION_KEYS.filter((key) => size[key] > 0)
    .map((key) => `${key} ${formatAllocated(key, size[key])}`)
    .join(', ');
}
