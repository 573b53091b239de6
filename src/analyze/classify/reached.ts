import type { CallGraph } from '#analyze/features/call-graph.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';

/** Programs carry templates that they never call: only what an entry point reaches is evidence. */
export function reachedUnits({ units, topLevel }: Survey, graph: CallGraph): Unit[] {
  const entries = units.filter(
    (unit) => unit === topLevel || /^(main|run|solve)$/i.test(unit.name),
  );
  const closures = Map.groupBy(
    units.filter(({ node }) => node.role === 'closure'),
    ({ parent }) => parent,
  );
  const reached = new Set<Unit>(entries);
  const queue = [...reached];
  for (let unit = queue.pop(); unit !== undefined; unit = queue.pop()) {
    const inner = closures.get(unit) ?? [];
    for (const callee of [...(graph.callees.get(unit) ?? []), ...inner])
      if (!reached.has(callee)) {
        reached.add(callee);
        queue.push(callee);
      }
  }
  return units.filter((unit) => reached.has(unit));
}
