import type { Language } from '#model/execution.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { isIn, loopsAround } from '#analyze/features/loops-around.ts';
import { iteratingAround } from '#analyze/features/repeated.ts';
import type { Unit } from '#analyze/features/survey.ts';
import { isVariable } from './arithmetic.ts';
import { isCaseLoop } from './case-loops.ts';
import { CONSTANT, times, type Growth } from './growth.ts';
import { iterationsOf } from './iterations.ts';
import { scopeOf } from './scope.ts';
import type { Values } from './values.ts';

/** Here `s += x` makes a new string; elsewhere the old one grows where it is. */
const COPYING: ReadonlySet<Language> = new Set<Language>(['java', 'csharp', 'go', 'ruby']);
const TEXT = /^(String|string)$/;

/** `s += x` in a loop copies what all rounds before it made. */
export function copiedText(
  node: SyntaxNode,
  unit: Unit,
  values: Values,
  language: Language,
): Growth {
  if (!COPYING.has(language) || !addsToItself(node)) return CONSTANT;
  const name = targetOf(node)!.text;
  const scope = scopeOf(name, unit);
  if (scope === undefined || !isText(name, scope)) return CONSTANT;
  const starts = (scope.assignments.get(name) ?? []).filter((each) => !addsToItself(each.node));
  return [...loopsAround(node, unit), ...iteratingAround(node, unit)]
    .filter((loop) => !isCaseLoop(loop) && !starts.some(({ node: start }) => isIn(start, loop)))
    .map((loop) => iterationsOf(loop, unit, values).growth)
    .reduce((a, b) => times(a, b), CONSTANT);
}

/** `s += x`, `s = s + x`. */
function addsToItself(node: SyntaxNode): boolean {
  const left = targetOf(node);
  if ((node.role !== 'assign' && node.role !== 'augment') || left?.role !== 'name') return false;
  if (node.operator === '+=') return true;
  const value = node.child('right');
  return value?.role === 'binary' && value.operator === '+' && startsWith(value, left.text);
}

/** Go has a list of one there. */
function targetOf(node: SyntaxNode): SyntaxNode | undefined {
  const left = node.child('left');
  return left?.role === 'tuple' && left.children.length === 1 ? left.children[0] : left;
}

function startsWith(sum: SyntaxNode, name: string): boolean {
  const first = sum.child('left') ?? sum.children[0];
  if (first?.role === 'binary') return startsWith(first, name);
  return first?.role === 'name' && first.text === name;
}

/** Names of several blocks are one here: what is also given a number is no text for sure. */
function isText(name: string, scope: Unit): boolean {
  const values = (scope.assignments.get(name) ?? []).map(({ value }) => value);
  if (values.some((value) => value?.role === 'number')) return false;
  return (
    TEXT.test(scope.types.get(name) ?? '') ||
    values.some((value) => value?.role === 'string' && !isVariable(value))
  );
}
