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
