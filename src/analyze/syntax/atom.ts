import type { Role, SyntaxNode } from './node.ts';

const ATOMS: ReadonlySet<Role> = new Set(['name', 'number', 'string', 'boolean', 'null']);

/** A name or a literal with nothing inside: most of all nodes, which most features need not look into. */
export function isAtom({ role, children }: SyntaxNode): boolean {
  return children.length === 0 && ATOMS.has(role);
}
