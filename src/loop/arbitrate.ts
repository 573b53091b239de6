import { ALLOCATION_KEYS } from '#model/allocation.ts';
import type { Target } from '#model/decision.ts';
import { withinShare } from '#arbitrate/arbitrate.ts';
import { budgetText, isSpent, type Spent } from '#arbitrate/budget.ts';
import { isEnforced } from './act.ts';
import { floorOf, noteWish, renewed } from './claiming.ts';
import type { Managed } from './managed.ts';
import { note } from './notes.ts';

/** What the policy wants, as far as the node, its tenant and its budget let it; costs nothing where they do. */
export function arbitrate(
  managed: Managed,
  wish: Target | undefined,
  nowMs: number,
): Target | undefined {
  const { claiming, constraints } = managed;
  const { share, isAnswered } = claiming;
  if (wish) noteWish(managed, wish);
  if (share === undefined && constraints.budget === undefined && !isAnswered) return wish;
  if (!isEnforced(managed)) return wish;
  const spent = spentBy(managed);
  tellSpent(managed, spent);
  const { allocation } = managed.input;
  return withinShare(wish ?? renewed(managed, nowMs), {
    allocation,
    constraints,
    share,
    spent,
    floor: floorOf(managed),
  });
}

export function isMemorySpent(managed: Managed): boolean {
  const { budget } = managed.constraints;
  return budget !== undefined && isSpent('memoryBytes', budget, spentBy(managed));
}

/** What it has cost until now. */
export function spentBy({ account, input }: Managed): Spent {
  return {
    coreSeconds: account.reservedCoreSeconds,
    byteSeconds: account.reservedByteSeconds,
    networkBytes: input.sample.ingressBytesTotal + input.sample.egressBytesTotal,
  };
}

/** Once for each budget; both directions of the network have the same. */
function tellSpent(managed: Managed, spent: Spent): void {
  const { budget } = managed.constraints;
  if (!budget) return;
  for (const key of ALLOCATION_KEYS) {
    if (!isSpent(key, budget, spent)) continue;
    const what = budgetText(key, budget);
    if (managed.budgetsTold.includes(what)) continue;
    managed.budgetsTold.push(what);
    managed.events.onNote(note('budget-spent', { what }));
  }
}
