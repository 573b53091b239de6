import { javascript } from '#analyze/languages/javascript/javascript.ts';
import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import { roles } from './vocabulary.ts';

/** TSX cannot hold `<T>value` casts, so the plain grammar serves everything but `.tsx`. */
export const typescript: LanguageSpec = {
  ...javascript,
  language: 'typescript',
  displayName: 'TypeScript',
  grammar: (path) =>
    path?.endsWith('.tsx') === true
      ? 'tree-sitter-typescript/tree-sitter-tsx.wasm'
      : 'tree-sitter-typescript/tree-sitter-typescript.wasm',
  roles,
};
