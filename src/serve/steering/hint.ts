import { hearHint } from '#loop/hear-hint.ts';
import type { Managed } from '#loop/managed.ts';
import { ALLOCATION_KEYS, type Allocation } from '#model/allocation.ts';
import type { ScalingMode } from '#model/constraints.ts';
import type { Services } from '../services.ts';
import { prepareAnew } from './prepare-anew.ts';
import type { Running, Waiting } from './steered.ts';

export type Wants = Partial<Allocation> & Readonly<Record<string, unknown>>;
export type Hinted = { readonly accepted: boolean; readonly reason: string };
export type Hinting = { readonly wants: Wants; readonly dryRun: boolean };

/** What a program may ask for itself; the same rules, and the same answer. */
export function hint({ managed }: Running, { wants, dryRun }: Hinting): Hinted {
  return dryRun ? wouldHear(managed.input.constraints.mode) : hear(managed, wants);
}

/** Of one that waits: it starts with that much. Undefined as for its scaling. */
export async function hintWaiting(
  services: Services,
  waiting: Waiting,
  { wants, dryRun }: Hinting,
): Promise<Hinted | undefined> {
  const { initial, submission } = waiting.run;
  const { mode } = submission.constraints;
  if (mode !== 'auto') return wouldHear(mode);
  const more = ALLOCATION_KEYS.filter((key) => (wants[key] ?? 0) > initial[key]);
  const sizes = Object.fromEntries(more.map((key) => [key, wants[key]]));
  const run = await prepareAnew(services, waiting, {
    asked: (request) => ({ ...request, initial: { ...request.initial, ...sizes } }),
    dryRun,
  });
  return run && { accepted: true, reason: 'it waits: it starts with that' };
}

function wouldHear(mode: ScalingMode): Hinted {
  if (mode === 'auto') return { accepted: true, reason: 'would be in force' };
  const reason = mode === 'locked' ? 'the size is locked' : 'this run is only observed';
  return { accepted: false, reason };
}

function hear(managed: Managed, wants: Wants): Hinted {
  const nowMs = performance.now();
  const line = JSON.stringify({ v: 1, kind: 'hint', hint: wants });
  const answer = hearHint(managed, line, nowMs, () => void (managed.dueMs = nowMs));
  const { accepted, reason } = JSON.parse(answer ?? '{}') as {
    accepted?: boolean;
    reason?: string;
  };
  return { accepted: accepted ?? false, reason: reason ?? 'it is not understood' };
}
