import type { Tree } from 'web-tree-sitter';
import type { Deadline } from '#analyze/deadline.ts';
import type { LoadedGrammar } from './grammar.ts';
import { lineStartsOf } from './node.ts';
import { outline, type Outline } from './outline.ts';

/** A source that cannot be parsed in time is cut to this many characters. */
const CUT_CHARACTERS = 200_000;

export type Parsed = Outline & { readonly coveredFraction: number };

/** Parses what the deadline allows. The tree is freed before this returns. */
export function parse(given: {
  text: string;
  grammar: LoadedGrammar;
  deadline: Deadline;
}): Parsed | undefined {
  return parseWhole(given, given.text) ?? parseCut(given);
}

function parseCut(given: {
  text: string;
  grammar: LoadedGrammar;
  deadline: Deadline;
}): Parsed | undefined {
  if (given.text.length <= CUT_CHARACTERS) return undefined;
  const cut = given.text.slice(
    0,
    given.text.lastIndexOf('\n', CUT_CHARACTERS) + 1 || CUT_CHARACTERS,
  );
  const parsed = parseWhole({ ...given, deadline: graceFor(cut) }, cut);
  if (parsed === undefined) return undefined;
  return { ...parsed, coveredFraction: (parsed.coveredFraction * cut.length) / given.text.length };
}

/** The cut part may use as long again as it takes a slow machine to parse it. */
function graceFor(cut: string): Deadline {
  const end = performance.now() + cut.length / 500;
  return { passed: () => performance.now() > end };
}

function parseWhole(
  { grammar, deadline }: { grammar: LoadedGrammar; deadline: Deadline },
  text: string,
): Parsed | undefined {
  const tree = treeOf(grammar, text, deadline);
  if (tree === null) return undefined;
  try {
    const source = { text, lineStarts: lineStartsOf(text) };
    const parsed = outline({ tree, grammar, source, deadline });
    const covered =
      text.length === 0 ? 1 : 1 - Math.min(1, parsed.uncoveredCharacters / text.length);
    return {
      root: parsed.root,
      firstErrorAt: parsed.firstErrorAt,
      uncoveredCharacters: parsed.uncoveredCharacters,
      coveredFraction: covered,
    };
  } finally {
    tree.delete();
  }
}

/** Null when the deadline passed; the parser is then made to forget where it was. */
function treeOf({ parser }: LoadedGrammar, text: string, deadline: Deadline): Tree | null {
  const tree = parser.parse(text, null, { progressCallback: () => deadline.passed() });
  if (tree === null) parser.reset();
  return tree;
}
