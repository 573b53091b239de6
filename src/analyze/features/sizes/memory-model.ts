/** What a value is, as far as its memory goes. */
export type ValueKind = 'small' | 'integer' | 'double' | 'string' | 'object';
export type TableKind = 'list' | 'tuple' | 'dict' | 'set';

/** How a language run time lays out values; each model is measured in the tests. */
export type MemoryModel = {
  /** Bytes of a value beyond the slot that refers to it; `length` in characters or fields. */
  readonly value: (kind: ValueKind, length: number) => number;
  /** Bytes of a container itself with that many entries, slots included. */
  readonly table: (kind: TableKind, entries: number) => number;
  /** Bytes of a text of that many characters. */
  readonly text: (characters: string | undefined, length: number) => number;
};

/** No machine addresses more; products of what a program names can be beyond every number. */
const MOST_BYTES = 2 ** 62;

export function wholeBytes(bytes: number): number {
  return bytes < MOST_BYTES ? Math.round(bytes) : MOST_BYTES;
}

/** Power-of-two growth: the capacity that holds `entries` at a load of at most `load`. */
export function powerOfTwoFor(entries: number, load: number, least = 8): number {
  return Math.max(least, 2 ** Math.ceil(Math.log2(Math.max(1, entries / load))));
}
