import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { allocators } from './allocators.ts';
import { library } from './library.ts';
import { memory } from './memory.ts';
import { roles } from './vocabulary.ts';

export const java: LanguageSpec = {
  language: 'java',
  displayName: 'Java',
  grammar: () => 'tree-sitter-java/tree-sitter-java.wasm',
  roles,
  slots: { 'array.dimensions': 'size', 'array.type': 'type', 'member.field': 'property' },
  // lizard's rules for Java.
  cyclomatic: {
    counts: ['if', 'conditional', 'for', 'each', 'while', 'dowhile', 'catch', 'logical', 'case'],
    logicalOperators: ['&&', '||'],
    closuresCountInParent: true,
  },
  library,
  implicitThis: true,
  allocators,
  strictArity: true,
  memory,
};
