import type { CallGraph } from '#analyze/features/call-graph.ts';
import { recursionOf, recursionOfAll } from '#analyze/features/recursion.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import { after, worse, type Cost } from './cost.ts';
import { describeGrowth } from './growth.ts';
import { solveRecurrence } from './recurrence.ts';

/** Whoever calls one of a circle of functions pays for all of it; bodies are without the calls round it. */
export function circleCosts(
  members: readonly Unit[],
  bodies: readonly Cost[],
  { survey, graph }: { readonly survey: Survey; readonly graph: CallGraph },
): readonly Cost[] {
  const recursion = recursionOfAll(members, graph, survey);
  const body = bodies.reduce(worse);
  const widest = members.reduce((a, b) => (b.parameters.length > a.parameters.length ? b : a));
  const growth = solveRecurrence(body.growth, recursion, widest);
  const loose = solveRecurrence(body.loose, recursion, widest);
  const once = recursion.ofParts
    ? ', each part once'
    : recursion.memoised
      ? ', each place once'
      : '';
  return members.map((unit) => {
    const { kind } = recursionOf(unit, graph, survey);
    const step = `line ${unit.node.line}: ${unit.name} calls itself, ${kind}${once} (${describeGrowth(growth)})`;
    return { growth, loose, steps: after(step, body), loopDepth: body.loopDepth };
  });
}
