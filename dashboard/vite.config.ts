import { join } from 'node:path';
import { defineConfig } from 'vite';

/** The page that `limber serve` answers with at `/`. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  // The client is taken from the sources, as the page's own files are.
  resolve: { conditions: ['limber-source', 'module', 'browser'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  publicDir: false,
  build: {
    outDir: join(import.meta.dirname, '../dist/dashboard'),
    emptyOutDir: true,
    target: 'es2023',
    // Written into the page they would be inline, which its policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
