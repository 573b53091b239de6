import type { Found } from '#analyze/features/sites/sites.ts';
import type { Brought } from './brought.ts';

/** What the line that leads into another file will cost when the run comes there, where that is known here. */
export function sitesBrought({ unit, node, effects }: Brought): Found[] {
  const external = effects.external.map(({ callee }): Found => {
    return { node, unit, cost: { kind: 'external', what: callee } };
  });
  const allocations = effects.structures.flatMap(({ kind, bytes }): Found[] =>
    bytes === undefined ? [] : [{ node, unit, cost: { kind: 'allocation', what: kind, bytes } }],
  );
  return [...allocations, ...external];
}
