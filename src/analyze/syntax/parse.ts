import type { Tree } from 'web-tree-sitter';
import type { Deadline } from '#analyze/deadline.ts';
import type { LoadedGrammar } from './grammar.ts';
import { lineStartsOf } from './node.ts';
import { outline, type Outline } from './outline.ts';

/** Of what was parsed by half of the time, so much can be looked at in the other half, with all features. */
const CUT_SHARE = 0.25;
const BYTES_PER_CHARACTER = 2;

export type Parsed = Outline & { readonly coveredFraction: number };

type Given = {
  readonly text: string;
  readonly grammar: LoadedGrammar;
  readonly deadline: Deadline;
};

/** Parses what the deadline allows: all of it, or its beginning. The tree is freed before this returns. */
export function parse(given: Given): Parsed | undefined {
  const whole = treeOf(given);
  if (typeof whole !== 'number') return parsedFrom(whole, given);
  given.deadline.begin('parsing the beginning');
  const { text } = given;
  const most = Math.floor(whole * CUT_SHARE);
  const cut = text.slice(0, text.lastIndexOf('\n', most) + 1 || most);
  const tree = treeOf({ ...given, text: cut });
  if (typeof tree === 'number') return undefined;
  const parsed = parsedFrom(tree, { ...given, text: cut });
  return { ...parsed, coveredFraction: (parsed.coveredFraction * cut.length) / text.length };
}

function parsedFrom(tree: Tree, { text, grammar, deadline }: Given): Parsed {
  deadline.begin('outline');
  try {
    const source = { text, lineStarts: lineStartsOf(text), kept: [] };
    const { root, firstErrorAt, uncoveredCharacters } = outline({
      tree,
      grammar,
      source,
      deadline,
    });
    const coveredFraction =
      text.length === 0 ? 1 : 1 - Math.min(1, uncoveredCharacters / text.length);
    return { root, firstErrorAt, uncoveredCharacters, coveredFraction };
  } finally {
    tree.delete();
  }
}

/** How many characters were read when the deadline passed; the parser is then made to forget them. */
function treeOf({ text, grammar: { parser }, deadline }: Given): Tree | number {
  let reached = 0;
  const progressCallback = ({ currentOffset }: { currentOffset: number }) => {
    reached = currentOffset / BYTES_PER_CHARACTER;
    return deadline.look();
  };
  const tree = parser.parse(text, null, { progressCallback });
  if (tree !== null) return tree;
  parser.reset();
  return reached;
}
