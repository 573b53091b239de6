import { powerOfTwoFor, type MemoryModel } from '#analyze/features/sizes/memory-model.ts';

/** Compiled languages and those whose layout is not measured here: words of 8 bytes, few headers. */
export const nativeMemory: MemoryModel = {
  value: (kind, length) =>
    ({ small: 0, integer: 0, double: 0, string: 24 + length, object: 16 + 8 * length })[kind],
  table: (kind, entries) =>
    kind === 'dict' || kind === 'set' ? 24 * powerOfTwoFor(entries, 0.75) : 24 + 8 * entries,
  text: (_, length) => length,
};
