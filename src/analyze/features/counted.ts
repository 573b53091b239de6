import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';
import { isLoop } from './loop-parts.ts';
import { entered, type OpenUnit, type Unit } from './unit.ts';

/** What cannot be a decision is not counted: most of all nodes. */
const UNCOUNTED: ReadonlySet<Role> = new Set([
  'name',
  'number',
  'string',
  'boolean',
  'null',
  'call',
  'member',
  'index',
  'block',
  'assign',
  'argument',
  'list',
  'dict',
  'tuple',
  'pair',
  'declare',
  'return',
  'type',
]);
const LOGICAL_ASSIGNMENTS = new Set(['&&=', '||=', '??=', 'or=', 'and=']);

/** A parameter is a decision only where it has a default. */
export function counts(node: SyntaxNode, unit: Unit): boolean {
  if (UNCOUNTED.has(node.role) || node === unit.node) return false;
  if (node.role === 'case') return !isWildcard(node);
  return (
    node.role !== 'parameter' ||
    node.children.some((child) => child.slot === 'value' || child.slot === 'right')
  );
}

/** What a node counts as, where that is not its own role: `a ||= b` decides like `a || b`. */
export function countedAs(node: SyntaxNode): Role {
  if (node.role === 'augment' && LOGICAL_ASSIGNMENTS.has(node.operator)) return 'logical';
  return isCompletion(node) ? 'otherwise' : node.role;
}

/** The `else` of a loop or a `try` runs when it was not left early: a path of its own. */
function isCompletion({ role, parent }: SyntaxNode): boolean {
  return role === 'else' && parent !== undefined && (isLoop(parent) || parent.role === 'try');
}

/** `default:`, `_ =>`, `*)`: what is left when no case fits is no further path. */
function isWildcard({ source, start, operator }: SyntaxNode): boolean {
  return (
    operator.startsWith('default') ||
    /^(_\s|\*\s*\)|default\b)/.test(source.text.slice(start, start + 8))
  );
}

export function count(unit: OpenUnit, role: Role): void {
  unit.counts = entered(unit.counts, role, (unit.counts.get(role) ?? 0) + 1);
}
