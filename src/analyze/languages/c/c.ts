import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { nativeMemory as memory } from '#analyze/languages/native-memory.ts';
import { allocators } from './allocators.ts';
import { library } from './library.ts';
import { roles } from './vocabulary.ts';

export const c: LanguageSpec = {
  language: 'c',
  displayName: 'C',
  grammar: () => 'tree-sitter-c/tree-sitter-c.wasm',
  roles,
  // pmccabe's rules.
  cyclomatic: {
    counts: ['if', 'conditional', 'for', 'while', 'dowhile', 'logical', 'case'],
    logicalOperators: ['&&', '||'],
    closuresCountInParent: true,
  },
  library,
  allocators,
  strictArity: true,
  memory,
};
