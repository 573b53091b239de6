import type { SyntaxNode } from '#analyze/syntax/node.ts';

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
