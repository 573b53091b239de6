import type { CallStep } from '#model/site.ts';
import { loopAround } from '#analyze/features/loops-around.ts';
import type { Entry } from './callers.ts';
import { isConditional } from './is-conditional.ts';
import { unitName } from './unit-name.ts';

const MOST_STEPS = 500;

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
