import { join } from 'node:path';
import { defineConfig } from 'rolldown';

/** What is started or imported by name: the command, the library, its client, and the threads. */
const ENTRIES = [
  'main',
  'index',
  'client/index',
  'analyze/project/worker',
  'analyze/aside/thread',
  'serve/replay/thread',
];

/** Six hundred files take a fifth of a second to find and read at every start, a few bundles do not. */
export default defineConfig({
  platform: 'node',
  input: Object.fromEntries(
    ENTRIES.map((name) => [name, join(import.meta.dirname, 'src', `${name}.ts`)]),
  ),
  resolve: { conditionNames: ['limber-source', 'node', 'import'] },
  external: (id) => id === '#package.json' || /^[^.#/]/.test(id),
  output: {
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    minify: { compress: false, mangle: false, codegen: true },
  },
});
