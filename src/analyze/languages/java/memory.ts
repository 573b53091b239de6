import { powerOfTwoFor, type MemoryModel } from '#analyze/features/sizes/memory-model.ts';

/**
 * HotSpot with compressed references: slots of 4 bytes, objects in multiples of 8 with a header of
 * 12; Integers up to 127 exist once. A HashMap entry is a node of 32 bytes and its bucket.
 */
export const memory: MemoryModel = {
  value: (kind, length) =>
    ({
      small: 0,
      integer: 16,
      double: 24,
      string: 40 + Math.ceil(length / 8) * 8,
      object: 16 + 4 * length,
    })[kind],
  table: (kind, entries) => {
    if (kind === 'dict' || kind === 'set')
      return 32 * entries + 4 * powerOfTwoFor(entries, 0.75, 16);
    return 40 + 4 * arrayListCapacity(entries);
  },
  text: (characters, length) => 40 + length * ((characters?.codePointAt(0) ?? 0) < 256 ? 1 : 2),
};

/** An ArrayList grows by half from 10. */
function arrayListCapacity(entries: number): number {
  let capacity = 10;
  while (capacity < entries) capacity += capacity >> 1;
  return capacity;
}
