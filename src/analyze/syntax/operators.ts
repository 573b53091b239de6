import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { SyntaxNode } from './node.ts';

const COMPARISONS = new Set([
  '<',
  '<=',
  '>',
  '>=',
  '==',
  '===',
  '!=',
  '!==',
  '<=>',
  'in',
  'is',
  'instanceof',
  '=~',
]);

/** The shell's arithmetic has them among its binary operators: `((j += i))`. */
const AUGMENTS = /^([-+*/%&|^]|\*\*|<<|>>)=$/;

/** Most grammars have one node for all binary operators; the shared vocabulary tells them apart. */
export function refineRole(node: SyntaxNode, spec: LanguageSpec): void {
  if (node.role === 'binary') {
    if (spec.cyclomatic.logicalOperators.includes(node.operator)) node.role = 'logical';
    else if (COMPARISONS.has(node.operator)) node.role = 'compare';
    else if (AUGMENTS.test(node.operator)) node.role = 'augment';
  } else if (node.role === 'unary' && node.operator === '!') node.role = 'not';
}
