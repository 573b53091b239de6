import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { nativeMemory as memory } from '#analyze/languages/native-memory.ts';
import { allocators } from './allocators.ts';
import { library } from './library.ts';
import { roles } from './vocabulary.ts';

export const go: LanguageSpec = {
  language: 'go',
  displayName: 'Go',
  grammar: () => 'tree-sitter-go/tree-sitter-go.wasm',
  roles,
  // gocyclo's rules: if, for, case, && and ||.
  cyclomatic: {
    counts: ['if', 'for', 'case', 'logical'],
    logicalOperators: ['&&', '||'],
    closuresCountInParent: true,
  },
  library,
  allocators,
  imports,
  slots: {
    'for.left': 'variable',
    'for.right': 'iterable',
    'switch.value': 'condition',
    'function.receiver': 'object',
    'import.name': 'alias',
    'import.path': 'module',
    'array.length': 'size',
  },
  strictArity: true,
  memory,
};

/** `import h "net/http"` → h = net/http; without a name it is the last part: http = net/http. */
function imports(node: SyntaxNode): readonly (readonly [string, string])[] {
  const module = (node.child('module')?.text ?? '').replaceAll(/["`]/g, '');
  const local = node.child('alias')?.text ?? module.slice(module.lastIndexOf('/') + 1);
  return [[local, module]];
}
