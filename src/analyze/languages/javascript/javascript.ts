import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { allocators } from './allocators.ts';
import { library } from './library.ts';
import { memory } from './memory.ts';
import { required } from './required.ts';
import { roles } from './vocabulary.ts';

export const javascript: LanguageSpec = {
  language: 'javascript',
  displayName: 'JavaScript',
  grammar: () => 'tree-sitter-javascript/tree-sitter-javascript.wasm',
  roles,
  // ESLint's rules: https://eslint.org/docs/latest/rules/complexity
  cyclomatic: {
    counts: [
      'if',
      'conditional',
      'for',
      'each',
      'while',
      'dowhile',
      'catch',
      'logical',
      'case',
      'optional',
      'parameter',
    ],
    logicalOperators: ['&&', '||', '??'],
    closuresCountInParent: false,
  },
  // eslint-plugin-sonarjs, rule cognitive-complexity (S3776).
  cognitive: { nestedFunctions: 'own', uncountedOperators: ['||', '??'] },
  library,
  allocators,
  memory,
  imports,
  required,
};

/** `import fs from 'node:fs'` → fs = node:fs; `import { get as g } from 'http'` → g = http.get. */
export function imports(node: SyntaxNode): readonly (readonly [string, string])[] {
  const module = (node.child('module')?.text ?? '').replaceAll(/^['"]|['"]$/g, '');
  return node.children
    .filter((child) => child.slot !== 'module')
    .map((child) => {
      if (child.role !== 'pair') return [child.text, module] as const;
      const name = child.child('name')?.text;
      const local = child.child('alias')?.text ?? name ?? child.children[0]?.text ?? '';
      return [local, name === undefined ? module : `${module}.${name}`] as const;
    });
}
