import type { Deadline } from '#analyze/deadline.ts';
import type { LoopKind, LoopProfile } from '#model/complexity.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { describeGrowth } from './bounds/growth.ts';
import { iterationsOf } from './bounds/iterations.ts';
import type { Values } from './bounds/values.ts';
import { liveBoundOf } from './live-bounds.ts';
import { isLoop } from './loop-parts.ts';
import type { Call, Loop, Unit } from './survey.ts';

/** Each loop of a unit: where it is, how often it runs, what it calls. */
export function loopProfiles(unit: Unit, values: Values): LoopProfile[] {
  const { deadline } = values;
  const callsIn = callsByLoop(unit, deadline);
  return deadline.collect(unit.loops, (loop) => {
    const { startLine, endLine } = linesOf(loop);
    const live = liveBoundOf(loop.node, { unit, values });
    const { growth, count, why } = iterationsOf(loop.node, unit, values);
    const profile: LoopProfile = {
      startLine,
      endLine,
      kind: kindOf(loop.node),
      bound: {
        symbol: count === undefined ? describeGrowth(growth) : String(count),
        words: why,
        ...(count === undefined ? {} : { count }),
      },
      depth: loop.depth,
      calls: [...(callsIn.get(loop.node) ?? [])],
      ...(live && { live }),
    };
    return [profile];
  });
}

/** The innermost loop around a place in its own unit. */
export function loopAround({ node, unit }: Pick<Call, 'node' | 'unit'>): SyntaxNode | undefined {
  return loopsAround(node, unit)[0];
}

/** From each call outwards, so that long programs do not compare every call with every loop. */
function callsByLoop(unit: Unit, deadline: Deadline): Map<SyntaxNode, Set<string>> {
  const names = new Map<SyntaxNode, Set<string>>();
  for (const call of unit.calls)
    for (const loop of loopsAround(call.node, unit)) {
      if (deadline.passed()) return names;
      const known = names.get(loop);
      if (known === undefined) names.set(loop, new Set([call.name]));
      else known.add(call.name);
    }
  return names;
}

/** Inner loops first. What a loop runs over, and where it starts, runs once and is outside. */
export function loopsAround(node: SyntaxNode, unit: Unit): SyntaxNode[] {
  const loops: SyntaxNode[] = [];
  let from = node;
  for (let around = node.parent; around !== undefined; from = around, around = around.parent) {
    if (isLoop(around) && from.slot !== 'iterable' && from.slot !== 'initializer')
      loops.push(around);
    if (around.role === 'comprehension' || around.role === 'generator')
      loops.push(...clausesBefore(around, from).reverse());
    if (around === unit.node) break;
  }
  return loops;
}

/** The element runs inside all clauses, a clause inside those that are written before it. */
function clausesBefore(comprehension: SyntaxNode, from: SyntaxNode): SyntaxNode[] {
  const clauses = comprehension.children.filter(({ role }) => role === 'comprehensionFor');
  const at = clauses.indexOf(from);
  return at === -1 ? clauses : clauses.slice(0, at);
}

function linesOf({ node }: Loop): { startLine: number; endLine: number } {
  const whole = node.role === 'comprehensionFor' ? (node.parent ?? node) : node;
  return { startLine: whole.line, endLine: whole.endLine };
}

function kindOf({ role }: SyntaxNode): LoopKind {
  if (role === 'comprehensionFor') return 'comprehension';
  if (role === 'dowhile') return 'do-while';
  return role === 'each' || role === 'while' || role === 'forever' ? role : 'for';
}
