import type { Deadline } from '#analyze/deadline.ts';
import type { LoopKind, LoopProfile } from '#model/complexity.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { CallGraph } from './call-graph.ts';
import type { Costs } from './bounds/costs.ts';
import { classOf, describeGrowth } from './bounds/growth.ts';
import { isAmortisedOver, iterationsOf } from './bounds/iterations.ts';
import type { Values } from './bounds/values.ts';
import { liveBoundOf } from './live-bounds.ts';
import { loopsAround } from './loops-around.ts';
import { iteratingAround } from './repeated.ts';
import type { Loop, Unit } from './survey.ts';

type Bounds = { readonly values: Values; readonly costs: Costs; readonly graph: CallGraph };

/** Each loop of a unit: where it is, how often it runs, what that takes in all, what it calls. */
export function loopProfiles(unit: Unit, { values, costs, graph }: Bounds): LoopProfile[] {
  const { deadline } = values;
  if (unit.loops.length === 0) return [];
  const recurring = recurringIn(unit, graph);
  const callsIn = callsByLoop(unit, deadline);
  return deadline.collect(unit.loops, (loop) => {
    const { startLine, endLine } = linesOf(loop);
    const live = liveBoundOf(loop.node, { unit, values });
    const iterations = iterationsOf(loop.node, unit, values);
    const { growth, count, why } = iterations;
    const isWhole = !isAmortisedOver(iterations) && !recurring.has(loop.node);
    const whole = isWhole ? costs.ofLoop(loop.node) : undefined;
    const profile: LoopProfile = {
      startLine,
      endLine,
      kind: kindOf(loop.node),
      bound: {
        symbol: count === undefined ? describeGrowth(growth) : String(count),
        words: why,
        ...(count === undefined ? {} : { count }),
      },
      ...(whole && { class: classOf(whole) }),
      depth: loop.depth,
      calls: [...(callsIn.get(loop.node) ?? [])],
      ...(live && { live }),
    };
    return [profile];
  });
}

/** What one round takes that comes back to its own function, the recurrence says only of the function. */
function recurringIn(unit: Unit, { cycles, targetOf }: CallGraph): Set<SyntaxNode> {
  const circle = cycles.get(unit);
  if (circle === undefined) return new Set();
  const calls = unit.calls.filter((call) => circle.has(targetOf.get(call)!));
  return new Set(
    calls.flatMap(({ node }) => [...loopsAround(node, unit), ...iteratingAround(node, unit)]),
  );
}

/** From each call outwards, so that long programs do not compare every call with every loop. */
function callsByLoop(unit: Unit, deadline: Deadline): Map<SyntaxNode, Set<string>> {
  const names = new Map<SyntaxNode, Set<string>>();
  for (const call of unit.calls)
    for (const loop of [...loopsAround(call.node, unit), ...iteratingAround(call.node, unit)]) {
      if (deadline.passed()) return names;
      const known = names.get(loop);
      if (known === undefined) names.set(loop, new Set([call.name]));
      else known.add(call.name);
    }
  return names;
}

function linesOf({ node }: Loop): { startLine: number; endLine: number } {
  const whole = node.role === 'comprehensionFor' ? (node.parent ?? node) : node;
  return { startLine: whole.line, endLine: whole.endLine };
}

function kindOf({ role }: SyntaxNode): LoopKind {
  if (role === 'comprehensionFor') return 'comprehension';
  if (role === 'dowhile') return 'do-while';
  if (role === 'closure') return 'each';
  return role === 'each' || role === 'while' || role === 'forever' ? role : 'for';
}
