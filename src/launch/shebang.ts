import { closeSync, openSync, readSync } from 'node:fs';

export type Shebang = { readonly words: readonly [string, ...string[]] };

/** The kernel reads at most 256 bytes of the first line (BINPRM_BUF_SIZE). */
const BUFFER_BYTES = 256;

export function readShebang(path: string): Shebang | undefined {
  const buffer = Buffer.alloc(BUFFER_BYTES);
  const file = openSync(path, 'r');
  try {
    return parseShebang(buffer.toString('utf8', 0, readSync(file, buffer)));
  } finally {
    closeSync(file);
  }
}

/**
 * The interpreter and its arguments. The kernel hands all that follows the interpreter over as one
 * argument; `env -S` exists to take that apart again, and `env NAME` to search PATH.
 */
export function parseShebang(source: string): Shebang | undefined {
  const [, path, rest = ''] = /^#![ \t]*(\S+)[ \t]*([^\r\n]*)/.exec(source) ?? [];
  if (path === undefined) return undefined;
  const argument = rest.trim();
  if (!path.endsWith('/env')) return { words: argument ? [path, argument] : [path] };
  const words = argument.replace(/^(-S|--split-string)[= \t]*/, '').split(/\s+/);
  const [name, ...args] =
    argument.startsWith('-S') || argument.startsWith('--split') ? words : [argument];
  return name ? { words: [name, ...args] } : undefined;
}
