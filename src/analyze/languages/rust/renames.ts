import type { SyntaxNode } from '#analyze/syntax/node.ts';

const TOKEN = /[{},]|\bas\s+(\w+)|[\w#:*]+/g;

/**
 * `use a::{b as c, d::{e as f}}` → c = a.b, f = a.d.e. Names that keep theirs are left as they are
 * written: libraries are known by them.
 */
export function renames({ text }: SyntaxNode): readonly (readonly [string, string])[] {
  if (!/\bas\b/.test(text)) return [];
  const found: (readonly [string, string])[] = [];
  const around: string[] = [];
  const prefix = () => around.at(-1) ?? '';
  let path = '';
  for (const [token, alias] of text.replace(/^.*?\buse\s+/s, '').matchAll(TOKEN)) {
    if (alias !== undefined) found.push([alias, dotted(prefix() + path)]);
    else if (token === '{') around.push(prefix() + path);
    else if (token === '}') around.pop();
    else if (token !== ',') path = token;
  }
  return found;
}

/** `a::b::self` is `a::b`. */
function dotted(path: string): string {
  return path
    .replace(/::self$/, '')
    .replaceAll('::', '.')
    .replace(/^\./, '');
}
