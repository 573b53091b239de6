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
    if (scope.calls.some(({ name }) => isFilling(name, container))) return true;
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

function isFilling(name: string, container: string): boolean {
  const own = container.replace(/^(self|this)\./, '');
  return ['append', 'add', 'push', 'push_back', 'addLast'].some((method) =>
    name.endsWith(`${own}.${method}`),
  );
}

function hasLoopAround(loop: SyntaxNode, unit: Unit): boolean {
  for (let node = loop.parent; node !== undefined && node !== unit.node; node = node.parent)
    if (isLoop(node)) return true;
  return false;
}
