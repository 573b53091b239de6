import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';

/** A place where a name is written, and the unit that it is written in. */
export type Use = { readonly node: SyntaxNode; readonly unit: Unit };

/** `self.rows` is a name, a chain of calls is none. */
const LONGEST_MEMBER = 80;

const known = new WeakMap<Survey, ReadonlyMap<string, readonly Use[]>>();

/** Where each name and each member of an object occurs in a file, the last one first: gathered once. */
export function usesIn(survey: Survey): ReadonlyMap<string, readonly Use[]> {
  const before = known.get(survey);
  if (before !== undefined) return before;
  const uses = new Map<string, Use[]>();
  gather(survey.root, survey.topLevel, survey, uses);
  known.set(survey, uses);
  return uses;
}

function gather(node: SyntaxNode, unit: Unit, survey: Survey, uses: Map<string, Use[]>): void {
  if (isNamed(node)) {
    const others = uses.get(node.text);
    if (others === undefined) uses.set(node.text, [{ node, unit }]);
    else others.push({ node, unit });
  }
  const { children } = node;
  for (let at = children.length - 1; at >= 0; at -= 1) {
    const child = children[at]!;
    gather(child, unitOf(child, node, unit, survey), survey, uses);
  }
}

/** What a parameter is worth without an argument is looked up outside its function. */
function unitOf(child: SyntaxNode, node: SyntaxNode, unit: Unit, survey: Survey): Unit {
  if (node.role === 'parameter' && child.slot === 'value') return unit.parent ?? unit;
  const isFunction = child.role === 'function' || child.role === 'closure';
  return (isFunction ? survey.unitOf.get(child) : undefined) ?? unit;
}

function isNamed({ role, start, end }: SyntaxNode): boolean {
  return role === 'name' || (role === 'member' && end - start <= LONGEST_MEMBER);
}
