import type { Tree } from 'web-tree-sitter';
import {
  END,
  FIELD,
  growRecords,
  HANDED_ON,
  IS_HIDDEN,
  LAST,
  NEXT,
  PLACE,
  POINTER,
  POSITION,
  PRODUCTION,
  RECORD,
  records,
  START,
  TYPE,
} from './cursor-records.ts';
import {
  FLAG,
  INLINE,
  NODE,
  WORDS_PER_CHILD,
  type GrammarTables,
  type ParserMemory,
} from './tree-memory.ts';

/** Two bytes are a character. */
const CHARACTER_SHIFT = 1;
const LARGEST_UINT8 = 0xff;
const LARGEST_UINT16 = 0xffff;
/**
 * Goes through a tree as tree-sitter's own cursor does (lib/src/tree_cursor.c), without asking WebAssembly
 * for every step and every property of every node.
 */
// create → gotoFirstChild, gotoNextSibling, gotoParent …, while the tree lives and nothing else is parsed.
export class TreeMemoryCursor {
  typeId = 0;
  fieldId = 0;
  isMissing = false;
  /** In bytes. */
  #start = 0;
  #end = 0;
  /** 0 for those without children. */
  #pointer = 0;
  #record = -RECORD;
  readonly #words: Uint32Array;
  readonly #tables: GrammarTables;

  constructor({ rootNode }: Tree, memory: ParserMemory, tables: GrammarTables) {
    this.#words = memory.HEAPU32;
    this.#tables = tables;
    const at = rootNode.id >>> 2;
    const node = this.#words[at]! >>> 2;
    const symbol = this.#words[node + NODE.symbol]! & LARGEST_UINT16;
    this.typeId = tables.typeOfSymbol[symbol] ?? symbol;
    this.#start = this.#words[node + NODE.padding]!;
    this.#end = this.#start + this.#words[node + NODE.size]!;
    this.#pointer = this.#words[node + NODE.children] === 0 ? 0 : node;
    if (this.endIndex !== rootNode.endIndex || this.typeId !== rootNode.typeId)
      throw new Error('the parser lays out its trees otherwise than version 0.27 does');
  }

  get startIndex(): number {
    return this.#start >>> CHARACTER_SHIFT;
  }

  get endIndex(): number {
    return this.#end >>> CHARACTER_SHIFT;
  }

  gotoFirstChild(): boolean {
    if (this.#pointer === 0) return false;
    this.#open(this.#pointer, this.#start);
    const stack = records;
    const record = this.#record;
    stack[record + IS_HIDDEN] = 0;
    stack[record + HANDED_ON] = 0;
    stack[record + POINTER] = this.#pointer;
    stack[record + TYPE] = this.typeId;
    stack[record + FIELD] = this.fieldId;
    stack[record + START] = this.#start;
    stack[record + END] = this.#end;
    if (this.gotoNextSibling()) return true;
    this.#record -= RECORD;
    return false;
  }

  gotoNextSibling(): boolean {
    while (this.#record >= 0) {
      const stack = records;
      const record = this.#record;
      const at = stack[record + NEXT]!;
      if (at !== stack[record + LAST]) {
        stack[record + NEXT] = at + WORDS_PER_CHILD;
        if (this.#comeTo(at, record)) return true;
      } else if (stack[record + IS_HIDDEN] === 0) return false;
      else this.#record -= RECORD;
    }
    return false;
  }

  gotoParent(): boolean {
    const stack = records;
    while (this.#record >= 0 && stack[this.#record + IS_HIDDEN] === 1) this.#record -= RECORD;
    const record = this.#record;
    if (record < 0) return false;
    this.#pointer = stack[record + POINTER]!;
    this.typeId = stack[record + TYPE]!;
    this.fieldId = stack[record + FIELD]!;
    this.#start = stack[record + START]!;
    this.#end = stack[record + END]!;
    this.isMissing = false;
    this.#record -= RECORD;
    return true;
  }

  /** Whether that child is one; where it is hidden, its own children come next. */
  #comeTo(at: number, record: number): boolean {
    const words = this.#words;
    const stack = records;
    const first = words[at]!;
    let pointer = 0;
    let symbol = 0;
    let start = stack[record + POSITION]!;
    let size = 0;
    let isVisible = false;
    let isExtra = false;
    let isMissing = false;
    if ((first & INLINE.isInline) !== 0) {
      const second = words[at + 1]!;
      symbol = (first >>> INLINE.symbolShift) & LARGEST_UINT8;
      start += (second >>> INLINE.paddingShift) & LARGEST_UINT8;
      size = second >>> INLINE.sizeShift;
      isVisible = (first & INLINE.visible) !== 0;
      isExtra = (first & INLINE.extra) !== 0;
      isMissing = (first & INLINE.missing) !== 0;
    } else {
      const node = first >>> 2;
      const flags = words[node + NODE.flags]!;
      symbol = words[node + NODE.symbol]! & LARGEST_UINT16;
      start += words[node + NODE.padding]!;
      size = words[node + NODE.size]!;
      if (words[node + NODE.children] !== 0) pointer = node;
      isVisible = (flags & FLAG.visible) !== 0;
      isExtra = (flags & FLAG.extra) !== 0;
      isMissing = (flags & FLAG.missing) !== 0;
    }
    stack[record + POSITION] = start + size;
    let alias = 0;
    let field = 0;
    if (!isExtra) {
      const { aliases, fields, width } = this.#tables;
      const place = stack[record + PLACE]!;
      stack[record + PLACE] = place + 1;
      if (place < width) {
        const entry = stack[record + PRODUCTION]! + place;
        alias = aliases[entry]!;
        field = fields[entry]!;
      }
      if (field === 0) field = stack[record + HANDED_ON]!;
    }
    if (!isVisible && alias === 0) {
      if (pointer !== 0 && words[pointer + NODE.visibleChildren] !== 0) {
        this.#open(pointer, start);
        records[this.#record + IS_HIDDEN] = 1;
        records[this.#record + HANDED_ON] = field;
      }
      return false;
    }
    const own = alias === 0 ? symbol : alias;
    this.typeId = this.#tables.typeOfSymbol[own] ?? own;
    this.fieldId = field;
    this.isMissing = isMissing;
    this.#start = start;
    this.#end = start + size;
    this.#pointer = pointer;
    return true;
  }

  #open(node: number, start: number): void {
    const words = this.#words;
    const record = (this.#record += RECORD);
    if (record + RECORD > records.length) growRecords();
    const stack = records;
    const from = node - words[node + NODE.children]! * WORDS_PER_CHILD;
    stack[record + NEXT] = from;
    stack[record + LAST] = node;
    // A node starts where its first child does.
    stack[record + POSITION] = start - this.#paddingAt(from);
    stack[record + PLACE] = 0;
    stack[record + PRODUCTION] =
      (words[node + NODE.production]! >>> NODE.productionShift) * this.#tables.width;
  }

  #paddingAt(at: number): number {
    const words = this.#words;
    const first = words[at]!;
    return (first & INLINE.isInline) === 0
      ? words[(first >>> 2) + NODE.padding]!
      : (words[at + 1]! >>> INLINE.paddingShift) & LARGEST_UINT8;
  }
}
