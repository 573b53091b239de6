import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { nativeMemory as memory } from '#analyze/languages/native-memory.ts';
import { allocators } from './allocators.ts';
import { library } from './library.ts';
import { renames } from './renames.ts';
import { roles } from './vocabulary.ts';

export const rust: LanguageSpec = {
  language: 'rust',
  displayName: 'Rust',
  grammar: () => 'tree-sitter-rust/tree-sitter-rust.wasm',
  roles,
  // lizard's rules, with one path per match arm and per `?`.
  cyclomatic: {
    counts: ['if', 'each', 'while', 'forever', 'case', 'logical', 'optional'],
    logicalOperators: ['&&', '||'],
    closuresCountInParent: true,
  },
  library,
  allocators,
  slots: { 'switch.value': 'condition', 'class.type': 'name', 'case.pattern': 'key' },
  memory,
  imports: renames,
};
