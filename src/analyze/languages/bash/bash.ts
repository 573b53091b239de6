import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { nativeMemory as memory } from '#analyze/languages/native-memory.ts';
import { runsAlongside } from './alongside.ts';
import { commandIn } from './command-in.ts';
import { library } from './library.ts';
import { roles } from './vocabulary.ts';
import { wordsOf } from './words.ts';

export const bash: LanguageSpec = {
  language: 'shell',
  displayName: 'Bash',
  grammar: () => 'tree-sitter-bash/tree-sitter-bash.wasm',
  roles,
  // if, elif, loops, case branches, && and ||.
  cyclomatic: {
    counts: ['if', 'elseif', 'for', 'each', 'while', 'case', 'logical'],
    logicalOperators: ['&&', '||'],
    closuresCountInParent: true,
  },
  library,
  slots: { 'each.value': 'iterable', 'call.name': 'callee', 'call.argument': 'arguments' },
  memory,
  wordsOf,
  commandIn,
  runsAlongside,
};
