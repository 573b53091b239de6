import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { library } from './library.ts';
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
  strictArity: true,
  // HotSpot with compressed references: 4-byte references, 16-byte boxed integers.
  sizes: { pointer: 4, number: 16, object: 24 },
};
