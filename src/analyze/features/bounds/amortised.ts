import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Unit } from '#analyze/features/survey.ts';
import { isCounted, isLoop } from '#analyze/features/loop-parts.ts';
import type { Change } from './changes.ts';

/**
 * Two pointers, monotonic stacks, sliding windows: an inner loop whose variable only moves on and is
 * never set back by the loop around it runs n times over all, not n times each.
 */
export function isAmortised(loop: SyntaxNode, unit: Unit, changes: readonly Change[]): boolean {
  if (loop.role === 'dowhile' || isCounted(loop)) return false;
  const outer = loopAround(loop, unit);
  if (outer === undefined) return false;
  const moving = changes.filter(({ kind }) => kind === 'stepped' || kind === 'removed');
  return moving.some(({ name }) => !isReset(name, outer, loop));
}

function loopAround(loop: SyntaxNode, unit: Unit): SyntaxNode | undefined {
  for (let node = loop.parent; node !== undefined && node !== unit.node; node = node.parent)
    if (isLoop(node)) return node;
  return undefined;
}

function isReset(name: string, outer: SyntaxNode, inner: SyntaxNode): boolean {
  const stack = [...outer.children];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === inner) continue;
    if (
      node.role === 'assign' &&
      namesIn(node.child('left') ?? node.child('name')).includes(name) &&
      !dependsOn(node, name)
    )
      return true;
    if (node.slot === 'variable' && namesIn(node).includes(name)) return true;
    stack.push(...node.children);
  }
  return false;
}

function namesIn(node: SyntaxNode | undefined): string[] {
  if (node === undefined) return [];
  return node.role === 'tuple' ? node.children.map((child) => child.text) : [node.text];
}

/** `j = j + 1` and `j = max(j, i)` go on from where j was. */
function dependsOn(assign: SyntaxNode, name: string): boolean {
  const value = (assign.child('right') ?? assign.child('value'))?.text ?? '';
  return new RegExp(`\\b${name.replaceAll(/[^\w]/g, '\\$&')}\\b`).test(value);
}
