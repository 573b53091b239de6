import type { Parser } from 'web-tree-sitter';

/** The memory that parser and trees live in; the views are made anew when it grows. */
export type ParserMemory = {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU16: Uint16Array;
  readonly HEAPU32: Uint32Array;
};

/** What a grammar says of its nodes by number, as its generated parser holds it. */
export type GrammarTables = {
  /** Type id by the symbol that the parser uses inside. */
  readonly typeOfSymbol: Uint16Array;
  /** Symbol that a child goes by, by production and place; 0 for its own. */
  readonly aliases: Uint16Array;
  /** Field id of a child, by production and place; 0 for none. */
  readonly fields: Uint16Array;
  /** Places per production in both. */
  readonly width: number;
};

/**
 * Where `SubtreeHeapData` (lib/src/subtree.h of tree-sitter 0.27) has its members, in words of 32 bits
 * from where a node's pointer leads.
 */
export const NODE = {
  padding: 1,
  size: 4,
  children: 9,
  symbol: 10,
  flags: 11,
  visibleChildren: 12,
  production: 16,
  productionShift: 16,
} as const;

/** Bits of `flags`. */
export const FLAG = { visible: 1, extra: 4, missing: 0x200 } as const;

/** Small leaves are kept in the two words that hold the pointer to others: bits and symbol, padding and size. */
export const INLINE = {
  isInline: 1,
  visible: 2,
  extra: 8,
  missing: 32,
  symbolShift: 8,
  paddingShift: 16,
  sizeShift: 24,
} as const;

/** Two words for each child, in front of their parent. */
export const WORDS_PER_CHILD = 2;

/** `TSTree` has the root first, then the language. */
const LANGUAGE_OF_TREE = 2;
/** Words of `TSLanguage` (tree_sitter/parser.h), the same for ABI 14 and 15. */
const LANGUAGE = {
  symbols: 1,
  productions: 7,
  aliasWidth: 9,
  fieldSlices: 16,
  fieldEntries: 17,
  publicSymbols: 19,
  aliases: 21,
} as const;
const BYTES_PER_ENTRY = 4;

/** Reads the tables of a parser's grammar where they stand. */
export function tablesOf(parser: Parser, memory: ParserMemory): GrammarTables {
  const tree = parser.parse('');
  if (tree === null) throw new Error('the parser has no grammar');
  const { HEAPU8: bytes, HEAPU16: halves, HEAPU32: words } = memory;
  const language = words[(tree.rootNode.id >>> 2) + LANGUAGE_OF_TREE]! >>> 2;
  tree.delete();
  const at = (member: number) => words[language + member]!;
  const symbols = at(LANGUAGE.publicSymbols) >>> 1;
  const typeOfSymbol = halves.slice(symbols, symbols + at(LANGUAGE.symbols));
  const productions = at(LANGUAGE.productions);
  const aliasWidth = at(LANGUAGE.aliasWidth) & 0xffff;
  const named = fieldsIn(productions, {
    slices: at(LANGUAGE.fieldSlices) >>> 1,
    entries: at(LANGUAGE.fieldEntries),
    halves,
    bytes,
  });
  const width = named.reduce((most, { place }) => Math.max(most, place + 1), aliasWidth);
  const fields = new Uint16Array(productions * width);
  // The first one that is written counts.
  for (const { production, place, field } of named.toReversed())
    fields[production * width + place] = field;
  const aliases = new Uint16Array(productions * width);
  const from = at(LANGUAGE.aliases) >>> 1;
  // Production 0 is every one without aliases.
  for (let production = 1; production < productions; production += 1)
    for (let place = 0; place < aliasWidth; place += 1)
      aliases[production * width + place] = halves[from + production * aliasWidth + place]!;
  return { typeOfSymbol, aliases, fields, width };
}

type Named = { readonly production: number; readonly place: number; readonly field: number };

/** `TSFieldMapEntry`: field, place and whether it is inherited, in 2, 1 and 1 bytes. */
function fieldsIn(
  productions: number,
  given: { slices: number; entries: number; halves: Uint16Array; bytes: Uint8Array },
): Named[] {
  const { slices, entries, halves, bytes } = given;
  const found: Named[] = [];
  if (slices === 0) return found;
  for (let production = 0; production < productions; production += 1) {
    const first = halves[slices + production * 2]!;
    const length = halves[slices + production * 2 + 1]!;
    for (let index = first; index < first + length; index += 1) {
      const entry = entries + index * BYTES_PER_ENTRY;
      const isInherited = bytes[entry + 3] !== 0;
      if (!isInherited)
        found.push({ production, place: bytes[entry + 2]!, field: halves[entry >>> 1]! });
    }
  }
  return found;
}
