import { isLoop } from '#analyze/features/loop-parts.ts';
import { calleeName, lastPart } from '#analyze/features/callee.ts';
import type { Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

const NO_IMPORTS: ReadonlyMap<string, string> = new Map();

/**
 * The small shapes that code is made of, counted: what stands in what, how deep in loops, which
 * operators and which methods. Names of the program's own things do not appear.
 */
export function shapesOf(units: readonly Unit[], own: ReadonlySet<string>): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (shape: string) => counts.set(shape, (counts.get(shape) ?? 0) + 1);
  for (const unit of units)
    for (const child of unit.node.children)
      visit(child, { path: ['unit', 'unit'], loops: 0, previous: '' }, add, own);
  return counts;
}

type Place = {
  readonly path: readonly string[];
  readonly loops: number;
  readonly previous: string;
};

function visit(
  node: SyntaxNode,
  place: Place,
  add: (shape: string) => void,
  own: ReadonlySet<string>,
): void {
  if (node.role === 'function') return;
  const label = labelOf(node, own);
  const [grandparent, parent] = place.path as [string, string];
  add(label);
  add(`${parent}>${label}`);
  add(`${grandparent}>${parent}>${label}`);
  if (place.previous !== '') add(`${place.previous} ${label}`);
  if (label.includes(':')) add(`${Math.min(3, place.loops)}|${label}`);
  const loops = place.loops + Number(isLoop(node));
  if (loops !== place.loops) add(`loop${loops}`);
  let previous = '';
  for (const child of node.children) {
    visit(child, { path: [parent, label], loops, previous }, add, own);
    previous = labelOf(child, own);
  }
}

function labelOf(node: SyntaxNode, own: ReadonlySet<string>): string {
  if (node.role === 'call' || node.role === 'new') {
    const name = lastPart(calleeName(node, NO_IMPORTS));
    return own.has(name) ? `${node.role}:own` : `${node.role}:${name.slice(0, 24)}`;
  }
  if (
    node.role === 'binary' ||
    node.role === 'compare' ||
    node.role === 'augment' ||
    node.role === 'unary'
  )
    return `${node.role}:${node.operator}`;
  if (node.role === 'number') return `number:${sizeOf(node.text)}`;
  return node.role;
}

function sizeOf(text: string): string {
  if (text.length <= 1) return text;
  return text.length <= 2 ? 'small' : text.length <= 5 ? 'medium' : 'large';
}
