import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { nativeMemory as memory } from '#analyze/languages/native-memory.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { allocators } from './allocators.ts';
import { library } from './library.ts';
import { roles } from './vocabulary.ts';

export const php: LanguageSpec = {
  language: 'php',
  displayName: 'PHP',
  grammar: () => 'tree-sitter-php/tree-sitter-php.wasm',
  roles,
  // PHPMD's rules.
  cyclomatic: {
    counts: [
      'if',
      'elseif',
      'conditional',
      'for',
      'each',
      'while',
      'dowhile',
      'catch',
      'logical',
      'case',
    ],
    logicalOperators: ['&&', '||', 'and', 'or', 'xor', '??'],
    closuresCountInParent: false,
  },
  library,
  allocators,
  slots: {
    'if.body': 'consequence',
    'elseif.body': 'consequence',
    'parameter.default_value': 'value',
  },
  positions: {
    foreach_statement: ['iterable', 'variable'],
    object_creation_expression: ['callee', 'arguments'],
  },
  memory,
  appendsTo,
};

/** `$rows[] = $row` */
function appendsTo({ role, children: [target] }: SyntaxNode): SyntaxNode | undefined {
  if (role !== 'assign' || target?.role !== 'index' || target.children.length !== 1)
    return undefined;
  return target.children[0];
}
