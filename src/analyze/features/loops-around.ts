import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { isLoop } from './loop-parts.ts';
import type { Call, Unit } from './unit.ts';

/** The innermost loop around a place in its own unit. */
export function loopAround({ node, unit }: Pick<Call, 'node' | 'unit'>): SyntaxNode | undefined {
  return loopsAround(node, unit)[0];
}

/**
 * One array for all places without: asked for so often that arrays of their own, made where what
 * lives long is made, would hold their trees until the whole heap is cleared.
 */
export const NONE_AROUND: readonly SyntaxNode[] = [];

/** Inner loops first. What a loop runs over, and where it starts, runs once and is outside. */
export function loopsAround(node: SyntaxNode, unit: Unit): readonly SyntaxNode[] {
  let loops: SyntaxNode[] | undefined;
  let from = node;
  for (let around = node.parent; around !== undefined; from = around, around = around.parent) {
    if (isLoop(around) && from.slot !== 'iterable' && from.slot !== 'initializer')
      (loops ??= []).push(around);
    if (around.role === 'comprehension' || around.role === 'generator')
      (loops ??= []).push(...clausesBefore(around, from).reverse());
    if (around === unit.node) break;
  }
  return loops ?? NONE_AROUND;
}

/** The element runs inside all clauses, a clause inside those that are written before it. */
function clausesBefore(comprehension: SyntaxNode, from: SyntaxNode): SyntaxNode[] {
  const clauses = comprehension.children.filter(({ role }) => role === 'comprehensionFor');
  const at = clauses.indexOf(from);
  return at === -1 ? clauses : clauses.slice(0, at);
}

/** Written inside. */
export function isIn(node: SyntaxNode, around: SyntaxNode): boolean {
  return node.start >= around.start && node.end <= around.end;
}
