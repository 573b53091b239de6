import { keptWithSource } from '#analyze/syntax/kept-with.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { dotted } from '#analyze/features/callee.ts';
import { isLoop } from '#analyze/features/loop-parts.ts';
import type { Unit } from '#analyze/features/survey.ts';

/**
 * `for v in graph[u]` below a loop over the nodes: the lists that were filled one edge at a time
 * hold all edges together, so over the whole outer loop each edge is met once.
 */
export function isAdjacency(
  iterable: SyntaxNode | undefined,
  loop: SyntaxNode,
  unit: Unit,
): boolean {
  if (iterable === undefined || !hasLoopAround(loop, unit)) return false;
  const container = containerOf(iterable);
  if (container === undefined) return false;
  for (let scope: Unit | undefined = unit; scope !== undefined; scope = scope.parent)
    if (fillingsIn(scope).some((name) => isFilling(name, container))) return true;
  return false;
}

function containerOf(iterable: SyntaxNode): string | undefined {
  if (iterable.role === 'index') return dotted(iterable);
  if (iterable.role === 'call' && dotted(iterable).endsWith('.get()')) return dotted(iterable);
  const object = iterable.child('object');
  return iterable.role === 'call' &&
    object !== undefined &&
    iterable.child('callee')?.text === 'get'
    ? `${dotted(object)}.get()`
    : undefined;
}

const FILLING = /\.(append|add|push|push_back|addLast)$/;
const fillings = keptWithSource(() => new Map<Unit, readonly string[]>());

/** What a unit adds to, each name once: asked for with every loop over an entry. */
function fillingsIn(unit: Unit): readonly string[] {
  const all = fillings(unit.node);
  const known = all.get(unit);
  if (known !== undefined) return known;
  const names = unit.calls.filter(({ name }) => FILLING.test(name)).map(({ name }) => name);
  const filled = [...new Set(names)].map((name) => name.slice(0, name.lastIndexOf('.')));
  all.set(unit, filled);
  return filled;
}

function isFilling(filled: string, container: string): boolean {
  return filled.endsWith(container.replace(/^(self|this)\./, ''));
}

function hasLoopAround(loop: SyntaxNode, unit: Unit): boolean {
  for (let node = loop.parent; node !== undefined && node !== unit.node; node = node.parent)
    if (isLoop(node)) return true;
  return false;
}
