import { keptWithSource } from '#analyze/syntax/kept-with.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, dotted } from '#analyze/features/callee.ts';
import { isLoop } from '#analyze/features/loop-parts.ts';
import { loopsAround } from '#analyze/features/loops-around.ts';
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
  const inner = unwrapped(iterable);
  if (inner.role === 'name' || inner !== iterable) return isEntryOfRound(inner, loop, unit);
  const container = containerOf(iterable);
  return container !== undefined && isFilledHere(container, unit);
}

/**
 * `max(groups[key])` in `for key in groups`, `sum(rows)` in `for rows in groups.values()`: each round
 * of a loop around the place has an entry of its own, and all entries together were filled once.
 */
export function isEntryOfRound(entry: SyntaxNode, place: SyntaxNode, unit: Unit): boolean {
  return loopsAround(place, unit).some((loop) => {
    const variable = loop.child('variable') ?? loop.child('left');
    const names: readonly string[] = variable?.text.match(/\w+/g) ?? [];
    if (entry.role === 'name') return names.at(-1) === entry.text && isOverEntries(loop, unit);
    const key = entry.role === 'index' ? entry.children.at(-1) : undefined;
    return key?.role === 'name' && names.includes(key.text) && isFilledHere(dotted(entry), unit);
  });
}

/** `graph[u]` of `sorted(graph[u])`. */
function unwrapped(iterable: SyntaxNode): SyntaxNode {
  const [first] = iterable.role === 'call' ? argumentsOf(iterable) : [];
  return first !== undefined && WRAPPING.test(iterable.child('callee')?.text ?? '')
    ? unwrapped(first)
    : iterable;
}

/** `for rows in groups`, `for rows in groups.values()`, `for key, rows in groups.items()`. */
function isOverEntries(loop: SyntaxNode, unit: Unit): boolean {
  const over = loop.child('iterable')?.text.slice(0, LONGEST_OVER) ?? '';
  const container = over
    .replace(/^enumerate\((.*)\)$/, '$1')
    .replace(/\.(?:values|items|entries|entrySet)\(\)$/, '');
  return /^[\w.]+$/.test(container) && isFilledHere(`${container}[]`, unit);
}

function isFilledHere(container: string, unit: Unit): boolean {
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

const WRAPPING = /^(sorted|list|tuple|set|reversed|enumerate)$/;
/** Longer ones are no names. */
const LONGEST_OVER = 80;
const FILLING = /\.(append|add|push|push_back|addLast)$/;
const fillings = keptWithSource(() => new Map<Unit, readonly string[]>());

/** What a unit adds to, each name once: asked for with every loop over an entry. */
function fillingsIn(unit: Unit): readonly string[] {
  const all = fillings(unit.node);
  const known = all.get(unit);
  if (known !== undefined) return known;
  const names = unit.calls.filter(({ name }) => FILLING.test(name)).map(({ name }) => name);
  const filled = [...new Set(names)].map((name) =>
    name.slice(0, name.lastIndexOf('.')).replace(/\.setdefault\(\)$/, '[]'),
  );
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
