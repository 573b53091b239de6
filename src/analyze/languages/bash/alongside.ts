import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** The rest of a command, with its redirections and what it is piped into, up to a single `&`. */
const BACKGROUND = /^(?:[^\n;&()#]|&&|[<>]&|&>)*(?<![<>&])&(?![&>])/;
const SEVERAL = /\s(-P\s*|--max-procs[= ])(?!1\b)/;
const LONGEST_REST = 400;

/** `curl "$u" > "$f" &`, `( … ) &` and `xargs -P 8`: what goes on meanwhile does not wait for it. */
export function runsAlongside(node: SyntaxNode): boolean {
  const command = node.role === 'call' ? node.child('callee')?.text : undefined;
  if (command === 'parallel') return true;
  if (command === 'make' && /\s(-j|--jobs)/.test(node.text)) return true;
  if (command === 'xargs' && SEVERAL.test(node.text)) return true;
  return BACKGROUND.test(node.source.text.slice(node.end, node.end + LONGEST_REST));
}
