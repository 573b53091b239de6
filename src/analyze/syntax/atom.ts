import type { SyntaxNode } from './node.ts';

/** A name or a literal with nothing inside: most of all nodes, which most features need not look into. */
export function isAtom({ role, children }: SyntaxNode): boolean {
  if (children.length > 0) return false;
  // Compared one by one, the most frequent first: every walk asks for every node.
  return (
    role === 'name' ||
    role === 'string' ||
    role === 'number' ||
    role === 'null' ||
    role === 'boolean'
  );
}
