import { powerOfTwoFor, type MemoryModel } from '#analyze/features/sizes/memory-model.ts';

const HEADER = 56;

/**
 * CPython 3.11 on 64 bits (Objects/*.c): an int is 28 bytes in a block of 32, a float 24, a str 49
 * and its characters at the width of its widest; small ints exist once.
 */
export const memory: MemoryModel = {
  value: (kind, length) =>
    ({
      small: 0,
      integer: 32,
      double: 24,
      string: Math.ceil((49 + length) / 16) * 16,
      object: 56 + 48,
    })[kind],
  table: (kind, entries) => {
    if (kind === 'list') return HEADER + 8 * entries;
    if (kind === 'tuple') return 56 + 8 * entries;
    if (kind === 'set') return 216 + (entries <= 4 ? 0 : 16 * setSlots(entries));
    return entries === 0 ? 64 : dictBytes(entries);
  },
  text: (characters, length) => 49 + length * widthOf(characters),
};

/** A set that is three fifths full grows to the next power of two above 4× (2× when large). */
function setSlots(entries: number): number {
  let slots = 8;
  while (entries * 5 >= (slots - 1) * 3) {
    const used = Math.ceil(((slots - 1) * 3) / 5);
    slots = 2 ** Math.floor(Math.log2(used > 50_000 ? used * 2 : used * 4) + 1);
  }
  return slots;
}

/** A dict that is two thirds full grows to the next power of two above 3× its entries. */
function dictBytes(entries: number): number {
  let slots = 8;
  while (entries > Math.floor((slots * 2) / 3))
    slots = powerOfTwoFor(Math.floor((slots * 2) / 3) * 3, 1);
  const index = slots <= 256 ? 1 : slots <= 65_536 ? 2 : 4;
  return 184 + slots * index + Math.floor((slots * 2) / 3) * 24;
}

function widthOf(characters: string | undefined): number {
  const point = characters?.codePointAt(0) ?? 0;
  return point < 256 ? 1 : point < 65_536 && (point < 0xd800 || point > 0xdfff) ? 2 : 4;
}
