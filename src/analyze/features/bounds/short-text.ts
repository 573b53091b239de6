import type { SyntaxNode } from '#analyze/syntax/node.ts';

const MOST = 40;
const ENOUGH = 200;

export function shortText(node: SyntaxNode | undefined): string {
  const whole = node?.text ?? 'input';
  // Of a long text the beginning says it, unless that is nearly all blank.
  const beginning = withoutGaps(whole.slice(0, ENOUGH));
  const text = beginning.length > MOST + 1 ? beginning : withoutGaps(whole);
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
}

function withoutGaps(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** `once`, `20 times`. */
export function timesText(count: number): string {
  return count === 1 ? 'once' : `${Math.round(count)} times`;
}
