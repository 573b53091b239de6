import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { CONSTANT, LINEAR } from './growth.ts';
import { shortText, timesText } from './short-text.ts';
import type { Iterations } from './values.ts';

const MOST_WORDS = 3;

/** `for x in a b c`: so many rounds; without a count, as many as the input has. */
export function overWords(loop: SyntaxNode, count: number | undefined): Iterations {
  const words = loop.children.filter(({ slot }) => slot === 'iterable').map(shortText);
  const why = `over ${words.length === 0 ? 'the arguments' : words.slice(0, MOST_WORDS).join(' ')}`;
  if (count === undefined) return { growth: LINEAR, why };
  return { growth: CONSTANT, count, why: `${why}: ${timesText(count)}` };
}
