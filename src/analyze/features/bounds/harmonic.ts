import { argumentsOf, calleeName } from '#analyze/features/callee.ts';
import { isLoop, startingAssignment } from '#analyze/features/loop-parts.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { changesOf, type Change } from './changes.ts';
import type { Values } from './values.ts';

/** `for (j = i; j <= n; j += i)` below a loop over i. */
export function isHarmonic(loop: SyntaxNode, changes: readonly Change[], values: Values): boolean {
  return changes.some(
    ({ kind, by }) =>
      kind === 'stepped' && by !== undefined && outerVariables(loop, values).has(by),
  );
}

export function stepsByOuterVariable(
  iterable: SyntaxNode,
  loop: SyntaxNode,
  values: Values,
): boolean {
  const step = calleeName(iterable, new Map()).endsWith('range')
    ? argumentsOf(iterable)[2]
    : undefined;
  return step !== undefined && outerVariables(loop, values).has(step.text);
}

function outerVariables(loop: SyntaxNode, values: Values): ReadonlySet<string> {
  const names = new Set<string>();
  for (
    let outer = loop.parent;
    outer !== undefined && outer.role !== 'function';
    outer = outer.parent
  ) {
    if (!isLoop(outer)) continue;
    if (outer.role === 'while')
      for (const { name, kind } of changesOf(outer, outer.child('condition'), values))
        if (kind === 'stepped') names.add(name);
    const variable = outer.child('variable') ?? startingAssignment(outer)?.child('left');
    if (variable !== undefined) names.add(variable.text);
  }
  return names;
}
