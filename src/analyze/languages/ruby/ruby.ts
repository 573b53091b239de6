import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { nativeMemory as memory } from '#analyze/languages/native-memory.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { allocators } from './allocators.ts';
import { library } from './library.ts';
import { roles } from './vocabulary.ts';

export const ruby: LanguageSpec = {
  language: 'ruby',
  displayName: 'Ruby',
  grammar: () => 'tree-sitter-ruby/tree-sitter-ruby.wasm',
  roles,
  // RuboCop's rules without its iterating-block count.
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
    logicalOperators: ['&&', '||', 'and', 'or'],
    closuresCountInParent: true,
  },
  library,
  implicitThis: true,
  blocksLoop: true,
  allocators,
  slots: {
    'switch.value': 'condition',
    'for.value': 'iterable',
    'call.block': 'arguments',
    'unary.operand': 'value',
  },
  memory,
  appendsTo,
  isEndless,
};

/** `loop do … end` */
function isEndless({ role, children }: SyntaxNode): boolean {
  if (role !== 'call' || children.length !== 2) return false;
  return children[0]?.text === 'loop' && children[1]?.role === 'closure';
}

/** `rows << row` as a statement; inside an expression it may shift bits. */
function appendsTo(node: SyntaxNode): SyntaxNode | undefined {
  if (node.role !== 'binary' || node.operator !== '<<') return undefined;
  const isStatement = node.parent?.role === 'block' || node.slot === 'body';
  return isStatement ? node.child('left') : undefined;
}
