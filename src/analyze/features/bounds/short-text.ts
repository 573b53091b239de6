import type { SyntaxNode } from '#analyze/syntax/node.ts';

export function shortText(node: SyntaxNode | undefined): string {
  const text = (node?.text ?? 'input').replaceAll(/\s+/g, ' ');
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** `once`, `20 times`. */
export function timesText(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
