import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';

const LOOPS: ReadonlySet<Role> = new Set([
  'for',
  'each',
  'while',
  'dowhile',
  'forever',
  'comprehensionFor',
]);

export function isLoop(node: SyntaxNode): boolean {
  return LOOPS.has(node.role);
}

/** What must hold for another round; Go writes it without a name: `for n > 0 { … }`. */
export function conditionOf(loop: SyntaxNode): SyntaxNode | undefined {
  return (
    loop.child('condition') ??
    loop.children.find((child) => child.slot === 'none' && child.role !== 'block')
  );
}

/** A loop that carries its counter in its head. */
export function isCounted(loop: SyntaxNode): boolean {
  return loop.role === 'for' && loop.child('initializer') !== undefined;
}

/** Where the counter of a loop starts: `i = 0`. */
export function startingAssignment(loop: SyntaxNode): SyntaxNode | undefined {
  return assignmentIn(loop.child('initializer'));
}

function assignmentIn(node: SyntaxNode | undefined): SyntaxNode | undefined {
  if (node === undefined || node.role === 'assign') return node;
  for (const child of node.children) {
    const found = assignmentIn(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a loop goes over and where it starts is worked out once, everything else in each round. */
export function isOnce({ slot }: SyntaxNode): boolean {
  return slot === 'iterable' || slot === 'initializer';
}

export function isRepeated({ slot }: SyntaxNode): boolean {
  return slot !== 'iterable' && slot !== 'initializer';
}

/** A `for` of a comprehension. */
export function isClause({ role }: SyntaxNode): boolean {
  return role === 'comprehensionFor';
}

export function isNoClause({ role }: SyntaxNode): boolean {
  return role !== 'comprehensionFor';
}
