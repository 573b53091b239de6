import type { Assignment } from '#analyze/features/survey.ts';
import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';
import { constant, isVariable, type Value } from './arithmetic.ts';
import { LINEAR } from './growth.ts';

const ELEMENTS: ReadonlySet<Role> = new Set(['list', 'dict', 'set', 'tuple', 'comprehension']);
const FIXED: ReadonlySet<Role> = new Set(['tuple', 'string']);

/** The assignments that give a name a new container. */
export type Made = {
  readonly at: readonly SyntaxNode[];
  /** A key that is set adds an element. */
  readonly isKeyed: boolean;
  /** Nothing can be added to it, but its name can be given a longer one. */
  readonly isFixed: boolean;
};

export function isContainer(value: SyntaxNode | undefined): value is SyntaxNode {
  if (value === undefined) return false;
  return ELEMENTS.has(value.role) || (value.role === 'string' && !isVariable(value));
}

export function madeOf(assignments: readonly Assignment[]): Made {
  const values = assignments.map(({ value }) => value!);
  return {
    at: assignments.map(({ node }) => node),
    isKeyed: values.some((value) => isKeyed(value) || isEmpty(value)),
    isFixed: values.every(({ role }) => FIXED.has(role)),
  };
}

function isKeyed({ role, type }: SyntaxNode): boolean {
  return role === 'dict' || type === 'dictionary_comprehension';
}

export function isEmpty(node: SyntaxNode | undefined): boolean {
  return node !== undefined && ELEMENTS.has(node.role) && elementsOf(node) === 0;
}

/** Go's `[]int{1, 2}` names its type beside them. */
export function elementsOf({ children }: SyntaxNode): number {
  return children.filter(({ slot }) => slot !== 'type').length;
}

/** As many characters as stand between the quotes; what is put in depends on input. */
export function lengthOf({ children, text }: SyntaxNode): Value {
  if (children.length > 0) return { growth: LINEAR };
  const [, inner = ''] = /^\w*(?:"""|'''|["'`])(.*?)(?:"""|'''|["'`])$/s.exec(text) ?? [];
  return constant(inner.length);
}

/** `rows.length`: of what has a name. */
export function isLength(member: SyntaxNode): boolean {
  const object = member.child('object');
  return object?.role === 'name' && member.child('property')?.text === 'length';
}
