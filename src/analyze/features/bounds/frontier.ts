import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { isLoop } from '#analyze/features/loop-parts.ts';
import { isIn } from '#analyze/features/loops-around.ts';
import type { Unit } from '#analyze/features/survey.ts';

const ADDING = /\.(append|add|push|push_back|appendleft|addLast)$/;
/** What holds while there is more to do, and what is there to mark it, is no longer than this. */
const LONGEST = 4000;

/**
 * A search by levels: `while level: … for u in level: … if v not in seen: following.append(v) …
 * level = following`. What is come to for the first time goes into the next level, so all levels
 * together hold each place once.
 */
export function isFrontier(
  iterable: SyntaxNode | undefined,
  loop: SyntaxNode,
  unit: Unit,
): boolean {
  if (iterable?.role !== 'name') return false;
  const outer = whileAround(loop, unit);
  if (outer === undefined || outer.end - outer.start > LONGEST) return false;
  const level = iterable.text;
  return following(level, outer, loop, unit).some(
    (next) => isMadeAnew(next, outer, unit) && isAddedOnce(next, loop, unit),
  );
}

function whileAround(loop: SyntaxNode, unit: Unit): SyntaxNode | undefined {
  for (let node = loop.parent; node !== undefined && node !== unit.node; node = node.parent)
    if (isLoop(node)) return node.role === 'while' ? node : undefined;
  return undefined;
}

/** What takes the place of a level after it was gone through. */
function following(level: string, outer: SyntaxNode, loop: SyntaxNode, unit: Unit): string[] {
  return (unit.assignments.get(level) ?? [])
    .filter(({ node }) => isIn(node, outer) && !isIn(node, loop))
    .flatMap(({ value }) => (value?.role === 'name' && value.text !== level ? [value.text] : []));
}

function isMadeAnew(next: string, outer: SyntaxNode, unit: Unit): boolean {
  return (unit.assignments.get(next) ?? []).some(
    ({ node, value }) => isIn(node, outer) && value?.role !== 'name',
  );
}

/** Under a condition that tells what is new from what was there. */
function isAddedOnce(next: string, loop: SyntaxNode, unit: Unit): boolean {
  const added = unit.calls.filter(
    ({ name, node }) =>
      ADDING.test(name) && name.slice(0, name.lastIndexOf('.')) === next && isIn(node, loop),
  );
  return added.length > 0 && added.every(({ node }) => isConditional(node, loop));
}

function isConditional(node: SyntaxNode, loop: SyntaxNode): boolean {
  for (let around = node.parent; around !== undefined && around !== loop; around = around.parent)
    if (/^(if|elseif)$/.test(around.role)) return true;
  return false;
}
