import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../step.js';

/**
 * Puts the grammars that the analysis reads beside the compiled code, each with its licence. An
 * installed Limber needs 20 MB of them; the packages around them, with their C sources and compiled
 * bindings, would be 400 MB with install scripts that nobody needs.
 * @param {string} dist
 */
export function copyGrammars(dist) {
  const modules = join(projectDir, 'node_modules');
  const packages = readdirSync(modules).filter((name) => name.startsWith('tree-sitter-'));
  for (const name of packages) {
    const folder = join(dist, 'grammars', name);
    mkdirSync(folder, { recursive: true });
    const wanted = readdirSync(join(modules, name)).filter(
      (file) => file.endsWith('.wasm') || /^licen[cs]e/i.test(file),
    );
    for (const file of wanted) cpSync(join(modules, name, file), join(folder, file));
  }
}
