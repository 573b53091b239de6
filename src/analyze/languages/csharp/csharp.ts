import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { nativeMemory as memory } from '#analyze/languages/native-memory.ts';
import { allocators } from './allocators.ts';
import { library } from './library.ts';
import { roles } from './vocabulary.ts';

export const csharp: LanguageSpec = {
  language: 'csharp',
  displayName: 'C#',
  grammar: () => 'tree-sitter-c-sharp/tree-sitter-c_sharp.wasm',
  roles,
  // lizard's rules for C#.
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
      'guard',
    ],
    logicalOperators: ['&&', '||', '??'],
    closuresCountInParent: true,
  },
  library,
  implicitThis: true,
  allocators,
  slots: { 'switch.value': 'condition', 'call.expression': 'callee' },
  positions: { variable_declarator: ['left', 'right'] },
  strictArity: false,
  memory,
};
