import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Unit } from '#analyze/features/survey.ts';
import { isCounted, isLoop } from '#analyze/features/loop-parts.ts';
import type { Change } from './changes.ts';
import type { Values } from './values.ts';

/** What is longer holds no pointer that goes on from where it was. */
const LONGEST_VALUE = 2000;

/**
 * Two pointers, monotonic stacks, sliding windows: an inner loop whose variable only moves on and is
 * never set back by the loop around it runs n times over all, not n times each.
 */
export function isAmortised(given: {
  loop: SyntaxNode;
  unit: Unit;
  changes: readonly Change[];
  values: Values;
}): boolean {
  const { loop, unit, changes, values } = given;
  if (loop.role === 'dowhile' || isCounted(loop)) return false;
  const outer = loopAround(loop, unit);
  if (outer === undefined) return false;
  const resets = resetsIn(outer, values);
  return changes.some(
    ({ kind, name }) =>
      (kind === 'stepped' || kind === 'removed') &&
      !(resets.get(name) ?? []).some((node) => node.start < loop.start || node.end > loop.end),
  );
}

function loopAround(loop: SyntaxNode, unit: Unit): SyntaxNode | undefined {
  for (let node = loop.parent; node !== undefined && node !== unit.node; node = node.parent)
    if (isLoop(node)) return node;
  return undefined;
}

/** By name, where a loop gives it a value that does not go on from its own. */
function resetsIn(
  loop: SyntaxNode,
  { resets: known, deadline }: Values,
): ReadonlyMap<string, readonly SyntaxNode[]> {
  const gathered = known.get(loop);
  if (gathered !== undefined) return gathered;
  const resets = new Map<string, SyntaxNode[]>();
  known.set(loop, resets);
  const stack = [...loop.children];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (deadline.passed()) break;
    for (const name of namesSetBy(node)) {
      const others = resets.get(name);
      if (others === undefined) resets.set(name, [node]);
      else others.push(node);
    }
    for (const child of node.children) stack.push(child);
  }
  return resets;
}

function namesSetBy(node: SyntaxNode): string[] {
  if (node.slot === 'variable') return namesIn(node);
  if (node.role !== 'assign') return [];
  return namesIn(node.child('left') ?? node.child('name')).filter((name) => !dependsOn(node, name));
}

function namesIn(node: SyntaxNode | undefined): string[] {
  if (node === undefined) return [];
  return node.role === 'tuple' ? node.children.map((child) => child.text) : [node.text];
}

/** `j = j + 1` and `j = max(j, i)` go on from where j was. */
function dependsOn(assign: SyntaxNode, name: string): boolean {
  const value = assign.child('right') ?? assign.child('value');
  const isShort = value !== undefined && value.end - value.start <= LONGEST_VALUE;
  if (!isShort || name.length > LONGEST_VALUE) return false;
  return new RegExp(`\\b${name.replaceAll(/[^\w]/g, '\\$&')}\\b`).test(value.text);
}
