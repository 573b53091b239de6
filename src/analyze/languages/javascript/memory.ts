import { powerOfTwoFor, type MemoryModel } from '#analyze/features/sizes/memory-model.ts';

/**
 * V8 without pointer compression, as Node is built: slots of 8 bytes, small integers and the doubles
 * of an array inside their slots; a Map or Set entry takes 3 or 2 slots and half a bucket.
 */
export const memory: MemoryModel = {
  value: (kind, length) =>
    ({
      small: 0,
      integer: 0,
      double: 0,
      string: 16 + Math.ceil((8 + length) / 8) * 8,
      object: 24 + 8 * length,
    })[kind],
  table: (kind, entries) => {
    if (kind === 'dict')
      return entries <= 64 ? 24 + 8 * entries : 28 * powerOfTwoFor(entries, 1, 4);
    if (kind === 'set') return 20 * powerOfTwoFor(entries, 1, 4);
    return 48 + 8 * entries;
  },
  text: (characters, length) => 16 + length * ((characters?.codePointAt(0) ?? 0) < 256 ? 1 : 2),
};
