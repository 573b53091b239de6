import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { allocators } from './allocators.ts';
import { library } from './library.ts';
import { memory } from './memory.ts';
import { roles } from './vocabulary.ts';

export const python: LanguageSpec = {
  language: 'python',
  displayName: 'Python',
  grammar: () => 'tree-sitter-python/tree-sitter-python.wasm',
  roles,
  // radon's rules: https://radon.readthedocs.io/en/latest/intro.html
  cyclomatic: {
    counts: [
      'if',
      'elseif',
      'conditional',
      'each',
      'while',
      'catch',
      'logical',
      'comprehensionFor',
      'comprehensionIf',
      'assert',
      'case',
      'otherwise',
    ],
    logicalOperators: ['and', 'or'],
    closuresCountInParent: true,
  },
  library,
  allocators,
  memory,
  imports,
};

/** `import numpy as np` → np = numpy; `from time import sleep` → sleep = time.sleep. */
function imports(node: SyntaxNode): readonly (readonly [string, string])[] {
  const module = node.child('module')?.text;
  return node.children
    .filter((child) => child.slot !== 'module')
    .map((child) => {
      const name = child.role === 'pair' ? (child.child('name')?.text ?? '') : child.text;
      const local = child.role === 'pair' ? (child.child('alias')?.text ?? name) : name;
      return [local, module === undefined ? name : `${module}.${name}`] as const;
    });
}
