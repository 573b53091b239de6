import type { LiveBound } from '#model/complexity.ts';
import type { LiveQuantity } from '#model/live-quantity.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { conditionOf } from './loop-parts.ts';
import { quantityOf, type Standpoint } from './live-quantity.ts';

/** How the variable of a loop goes towards its bound; one by one, where its steps are uneven. */
type Steps = { readonly direction: 1 | -1; readonly by: LiveQuantity };

const ASCENDING = new Set(['<', '<=']);
const DESCENDING = new Set(['>', '>=']);

/** `for (let i = 0; i < n; i++)`, `while i < n: … i += 1`, and both downwards. */
export function liveCounter(loop: SyntaxNode, standpoint: Standpoint): LiveBound | undefined {
  for (const compare of comparesOf(conditionOf(loop))) {
    const bound = counterIn(compare, loop, standpoint);
    if (bound !== undefined) return bound;
  }
  return undefined;
}

function counterIn(
  compare: SyntaxNode,
  loop: SyntaxNode,
  standpoint: Standpoint,
): LiveBound | undefined {
  const [left, right] = compare.children;
  if (compare.children.length !== 2 || left === undefined || right === undefined) return undefined;
  const isUpwards = ASCENDING.has(compare.operator);
  if (!isUpwards && !DESCENDING.has(compare.operator)) return undefined;
  const direction = isUpwards ? 1 : -1;
  // `n > i` says the same as `i < n`.
  return (
    towards(loop, { variable: left, bound: right, direction }, standpoint) ??
    towards(loop, { variable: right, bound: left, direction: isUpwards ? -1 : 1 }, standpoint)
  );
}

function towards(
  loop: SyntaxNode,
  way: { variable: SyntaxNode; bound: SyntaxNode; direction: Steps['direction'] },
  standpoint: Standpoint,
): LiveBound | undefined {
  if (way.variable.role !== 'name') return undefined;
  const variable = way.variable.text;
  const steps = stepsOf(loop, variable, standpoint);
  if (steps === undefined || steps.direction !== way.direction) return undefined;
  const to = quantityOf(way.bound, standpoint);
  const from = startOf(loop, variable, standpoint);
  if (to === undefined || from === undefined) return undefined;
  // The plan has no word for the opposite of a variable: rounds are counted one by one then.
  const by = typeof steps.by === 'object' && way.direction === -1 ? 1 : steps.by;
  const step = typeof by === 'number' ? by * way.direction : by;
  return { kind: loop.role === 'while' ? 'while' : 'range', variable, from, to, step };
}

/** `i < n and not found` ends at n at the latest. */
function comparesOf(condition: SyntaxNode | undefined): readonly SyntaxNode[] {
  if (condition?.role === 'compare') return [condition];
  const isAnd = condition?.role === 'logical' && /^(and|&&)$/.test(condition.operator);
  return isAnd ? condition.children.flatMap(comparesOf) : [];
}

/** Every change of the variable inside the loop; undefined unless all of them go one way. */
function stepsOf(loop: SyntaxNode, variable: string, standpoint: Standpoint): Steps | undefined {
  let found: Steps | undefined;
  const stack = loop.children.filter(({ slot }) => slot !== 'initializer');
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const changed = changedBy(next);
    if (changed?.text === variable) {
      const steps = stepOf(next, variable, standpoint);
      if (steps === undefined || (found && found.direction !== steps.direction)) return undefined;
      found = found === undefined || found.by === steps.by ? steps : { ...steps, by: 1 };
    }
    for (const child of next.children) stack.push(child);
  }
  return found;
}

function changedBy(node: SyntaxNode): SyntaxNode | undefined {
  if (node.role === 'update') return node.children[0];
  return node.role === 'augment' || node.role === 'assign' ? node.child('left') : undefined;
}

/** `i++`, `i += 2`, `i = i + 2`; a variable that is set anew or scaled does not count rounds. */
function stepOf(node: SyntaxNode, variable: string, standpoint: Standpoint): Steps | undefined {
  if (node.role === 'update') return { direction: node.operator === '--' ? -1 : 1, by: 1 };
  const value = node.child('right');
  const isSum = value?.role === 'binary' && value.children[0]?.text === variable;
  const operator = node.role === 'augment' ? node.operator : isSum ? `${value.operator}=` : '';
  const by = quantityOf(node.role === 'augment' ? value : value?.children[1], standpoint) ?? 1;
  if (operator === '+=') return { direction: 1, by };
  return operator === '-=' ? { direction: -1, by } : undefined;
}

/** What the variable was last given before the loop; undefined where no probe could read that any more. */
function startOf(
  loop: SyntaxNode,
  variable: string,
  standpoint: Standpoint,
): LiveQuantity | undefined {
  const before = (standpoint.unit.assignments.get(variable) ?? []).filter(
    ({ node }) => node.start < loop.start || isHead(node, loop),
  );
  const last = before.at(-1);
  if (last?.node.role !== 'assign') return undefined;
  const start = quantityOf(last.value, standpoint);
  return typeof start === 'object' && Object.values(start)[0] === variable ? undefined : start;
}

function isHead(node: SyntaxNode, loop: SyntaxNode): boolean {
  return loop.all('initializer').some((head) => head.start <= node.start && node.end <= head.end);
}
