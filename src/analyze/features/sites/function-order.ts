import type { CallStep } from '#model/site.ts';
import { loopAround } from '#analyze/features/loop-profiles.ts';
import type { Call } from '#analyze/features/survey.ts';
import type { Role } from '#analyze/syntax/node.ts';
import type { Entry } from './callers.ts';
import { unitName } from './unit-name.ts';

const MOST_STEPS = 500;
const BRANCHES: ReadonlySet<Role> = new Set(['if', 'elseif', 'case', 'conditional', 'catch']);
const IS_MAIN = /__name__|require\.main|import\.meta/;

/** Module level first, then function by function; arguments are worked out before what takes them. */
export function functionOrder(entries: readonly Entry[]): CallStep[] {
  const inOrder = entries.toSorted(
    (one, other) =>
      one.call.unit.id - other.call.unit.id || one.call.node.end - other.call.node.end,
  );
  return inOrder.slice(0, MOST_STEPS).map(({ call, to, isHandedOver }) => {
    const loop = loopAround(call);
    return {
      function: unitName(call.unit),
      line: call.node.line,
      calls: unitName(to),
      ...(loop === undefined ? {} : { loopLine: loop.line }),
      ...(isConditional(call) ? { isConditional: true as const } : {}),
      ...(isHandedOver ? { isHandedOver: true as const } : {}),
    };
  });
}

/** What stands in a condition runs in any case; so does what runs when the file is the program. */
function isConditional({ node, unit }: Call): boolean {
  let from = node;
  for (let around = node.parent; around !== undefined; from = around, around = around.parent) {
    if (around === unit.node) return false;
    if (!BRANCHES.has(around.role) || from.slot === 'condition') continue;
    if (!IS_MAIN.test(around.child('condition')?.text.slice(0, 80) ?? '')) return true;
  }
  return false;
}
