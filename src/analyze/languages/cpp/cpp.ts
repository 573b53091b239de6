import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { nativeMemory as memory } from '#analyze/languages/native-memory.ts';
import { allocators } from '#analyze/languages/c/allocators.ts';
import { library } from '#analyze/languages/c/library.ts';
import { roles } from './vocabulary.ts';

export const cpp: LanguageSpec = {
  language: 'cpp',
  displayName: 'C++',
  grammar: () => 'tree-sitter-cpp/tree-sitter-cpp.wasm',
  roles,
  // pmccabe's rules.
  cyclomatic: {
    counts: ['if', 'conditional', 'for', 'each', 'while', 'dowhile', 'logical', 'case', 'catch'],
    logicalOperators: ['&&', '||', 'and', 'or'],
    closuresCountInParent: true,
  },
  library,
  implicitThis: true,
  allocators,
  slots: { 'member.scope': 'object', 'member.name': 'property' },
  memory,
};
