import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';

/** A place where a name is written, and the unit that it is written in. */
export type Use = { readonly node: SyntaxNode; readonly unit: Unit };

/** `self.rows` is a name, a chain of calls is none. */
const LONGEST_MEMBER = 80;

const known = new WeakMap<Survey, ReadonlyMap<string, readonly Use[]>>();

/** Where each name and each member of an object occurs in a file: gathered once. */
export function usesIn(survey: Survey): ReadonlyMap<string, readonly Use[]> {
  const before = known.get(survey);
  if (before !== undefined) return before;
  const uses = new Map<string, Use[]>();
  const stack: Use[] = [{ node: survey.root, unit: survey.topLevel }];
  for (let use = stack.pop(); use !== undefined; use = stack.pop()) {
    const { node } = use;
    if (isNamed(node)) {
      const others = uses.get(node.text);
      if (others === undefined) uses.set(node.text, [use]);
      else others.push(use);
    }
    for (const child of node.children)
      stack.push({ node: child, unit: unitOf(child, use, survey) });
  }
  known.set(survey, uses);
  return uses;
}

/** What a parameter is worth without an argument is looked up outside its function. */
function unitOf(child: SyntaxNode, { node, unit }: Use, survey: Survey): Unit {
  if (node.role === 'parameter' && child.slot === 'value') return unit.parent ?? unit;
  return survey.unitOf.get(child) ?? unit;
}

function isNamed({ role, start, end }: SyntaxNode): boolean {
  return role === 'name' || (role === 'member' && end - start <= LONGEST_MEMBER);
}
