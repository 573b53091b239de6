import type { Deadline } from '#analyze/deadline.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, calleeName, dotted, lastPart } from '#analyze/features/callee.ts';
import { isAssignment, plain, scaledRound } from './scaled-round.ts';

/** How a loop changes what its condition looks at. */
export type Change = {
  readonly name: string;
  /** `x //= 2`, `lo = mid + 1`; `i += 1`; `stack.pop()`; anything else. */
  readonly kind: 'scaled' | 'stepped' | 'removed' | 'set';
  /** What it is stepped by, where that is a name. */
  readonly by?: string;
  readonly text: string;
  readonly node: SyntaxNode;
  /** Comes back to itself through a factor: `child = 2 * pos + 1; pos = child`. */
  readonly isRound?: true;
};

/** Longer names and right-hand sides are no counters. */
const LONGEST_VALUE = 200;
const SCALING = /^(\*|\/|\/\/|>>|<<|>>>|%)=$/;
const STEPPING = /^[+-]=$/;
const REMOVALS =
  /^(pop|popleft|poll|pollFirst|pollLast|remove|removeFirst|removeLast|shift|dequeue)$/;

/** What each loop changes: loops inside it ask as well. */
export type KnownChanges = {
  readonly changes: Map<SyntaxNode, readonly Change[]>;
  readonly deadline: Deadline;
};

/** Changes of the names in the condition (of all names, without one), inside the loop. */
export function changesOf(
  loop: SyntaxNode,
  condition: SyntaxNode | undefined,
  { changes: known, deadline }: KnownChanges,
): readonly Change[] {
  const place = condition ?? loop;
  const changes = known.get(place) ?? gathered(loop, condition, deadline);
  known.set(place, changes);
  return changes;
}

function gathered(
  loop: SyntaxNode,
  condition: SyntaxNode | undefined,
  deadline: Deadline,
): Change[] {
  const names = condition === undefined ? undefined : namesIn(condition);
  const midpoints = midpointsIn(loop, deadline);
  const round = scaledRound(loop, deadline);
  const changes: Change[] = [];
  const stack = [...loop.children].filter((child) => child.slot !== 'initializer');
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (deadline.passed()) break;
    const change = changeOf(next, midpoints);
    if (change !== undefined && (names === undefined || names.has(plain(change.name))))
      changes.push(inRound(change, round));
    for (const child of next.children) stack.push(child);
  }
  return changes;
}

/** The shell's `$lo` is the `lo` that it sets. */
function namesIn(condition: SyntaxNode): ReadonlySet<string> {
  return new Set((condition.text.match(/[A-Za-z_$][\w$]*/g) ?? []).map(plain));
}

function inRound(change: Change, round: ReadonlySet<string>): Change {
  const isRound = change.kind === 'set' || change.kind === 'scaled';
  return isRound && round.has(plain(change.name))
    ? { ...change, kind: 'scaled', isRound: true }
    : change;
}

function changeOf(node: SyntaxNode, midpoints: ReadonlySet<string>): Change | undefined {
  const text = node.role === 'block' ? '' : node.text.slice(0, 200);
  if (node.role === 'update') {
    const name = node.children[0]?.text;
    return name === undefined || name.length > LONGEST_VALUE
      ? undefined
      : { name, kind: 'stepped', text, node };
  }
  if (node.role === 'call') return lettingOf(node, text) ?? removal(node, text);
  if (!isAssignment(node) && node.role !== 'augment') return undefined;
  const name = node.child('left')?.text;
  const value = node.child('right');
  if (name === undefined || value === undefined || name.length > LONGEST_VALUE) return undefined;
  const quotient = divided(value);
  if (quotient !== undefined && name.startsWith(`${quotient},`))
    return { name: quotient, kind: 'scaled', text, node };
  if (SCALING.test(node.operator)) return { name, kind: 'scaled', text, node };
  if (STEPPING.test(node.operator)) return stepped(name, value, text, node);
  return { name, kind: assignedKind(name, value, midpoints), text, node };
}

/** `n` of `divmod(n, 10)`. */
function divided(value: SyntaxNode): string | undefined {
  return value.role === 'call'
    ? /^divmod\(\s*(\w+)\s*,/.exec(value.text.slice(0, LONGEST_VALUE))?.[1]
    : undefined;
}

function stepped(name: string, value: SyntaxNode, text: string, node: SyntaxNode): Change {
  // `x -= x & -x` clears one bit at a time.
  if (
    /\*\*|<<|\bpow\(/.test(value.text) ||
    (value.text.includes('&') && new RegExp(`\\b${escape(name)}\\s*&`).test(value.text)) ||
    value.text === name
  )
    return { name, kind: 'scaled', text, node };
  return {
    name,
    kind: 'stepped',
    text,
    node,
    ...(/^\$?[A-Za-z_]\w*$/.test(value.text) ? { by: value.text } : {}),
  };
}

function assignedKind(
  name: string,
  value: SyntaxNode,
  midpoints: ReadonlySet<string>,
): Change['kind'] {
  const text = plain(value.text.slice(0, LONGEST_VALUE));
  for (const middle of midpoints)
    if (
      middle !== plain(name) &&
      text.includes(middle) &&
      new RegExp(`^\\(?${escape(middle)}\\b(\\s*[-+]\\s*1)?\\)?$`).test(text)
    )
      return 'scaled';
  if (!text.includes(plain(name))) return 'set';
  const own = escape(plain(name));
  if (
    new RegExp(
      `(?<![\\w$])${own}\\b\\s*\\)*\\s*(/|//|>>|>>>|\\*|<<|&|%)\\s*[\\w($]|\\bint\\(${own}\\s*/|\\bintdiv\\(\\s*${own}\\s*,|\\w\\s*\\*\\s*${own}\\b`,
    ).test(text)
  )
    return 'scaled';
  return new RegExp(`^${own}\\s*[-+]\\s*\\w+$`).test(text) ? 'stepped' : 'set';
}

/** The shell's `let n/=2`. */
function lettingOf(node: SyntaxNode, text: string): Change | undefined {
  if (node.child('callee')?.text !== 'let') return undefined;
  const [, name, operator, value] = /^let\s+["']?(\w+)\s*([-+*/%]|<<|>>)?=\s*(.*)/.exec(text) ?? [];
  if (name === undefined || value === undefined) return undefined;
  const isScaled =
    operator === undefined ? new RegExp(`\\b${name}\\s*[*/]`).test(value) : !/[-+]/.test(operator);
  return { name, kind: isScaled ? 'scaled' : 'stepped', text, node };
}

function removal(node: SyntaxNode, text: string): Change | undefined {
  const callee = calleeName(node, new Map());
  if (lastPart(callee) === 'heappop') {
    const heap = argumentsOf(node)[0];
    return heap === undefined ? undefined : { name: heap.text, kind: 'removed', text, node };
  }
  if (!REMOVALS.test(lastPart(callee))) return undefined;
  const object = node.child('object') ?? node.child('callee')?.child('object');
  return object === undefined ? undefined : { name: dotted(object), kind: 'removed', text, node };
}

/** Names that are set to the middle of two others: `m = (lo + hi) // 2`, `lo + (hi - lo) / 2`. */
function midpointsIn(loop: SyntaxNode, deadline: Deadline): ReadonlySet<string> {
  const names = new Set<string>();
  const stack = [...loop.children];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (deadline.passed()) break;
    if (isAssignment(next)) {
      const value = plain(next.child('right')?.text.slice(0, LONGEST_VALUE) ?? '');
      if (/(\/\/?|>>>?)\s*[123]\b/.test(value) && /\w\s*[-+]\s*[\w($]/.test(value))
        names.add(plain(next.child('left')?.text ?? ''));
    }
    for (const child of next.children) stack.push(child);
  }
  names.delete('');
  return names;
}

function escape(name: string): string {
  return name.replaceAll(/[^\w]/g, '\\$&');
}
