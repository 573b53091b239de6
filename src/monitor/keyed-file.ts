import { parseUnsigned } from './parse-number.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** Parses `key value` lines: writes the value of each key into `into`, in the order of the keys. */
export type KeyedParser = (bytes: Uint8Array, length: number, into: Float64Array) => void;

/**
 * A parser for files such as cpu.stat, memory.stat and memory.events. Keys that the kernel does
 * not print keep what `into` held; unknown keys are passed over; a half-written last line too.
 */
export function createKeyedParser(keys: readonly string[]): KeyedParser {
  const patterns = keys.map((key) => Buffer.from(`${key} `, 'latin1'));
  return (bytes, length, into) => {
    let start = 0;
    while (start < length) {
      let end = start;
      while (end < length && bytes[end] !== NEWLINE) end++;
      const slot = matchingPattern(patterns, bytes, start, end);
      if (slot >= 0) {
        const value = parseUnsigned(bytes, start + patterns[slot]!.length, end);
        if (!Number.isNaN(value)) into[slot] = value;
      }
      start = end + 1;
    }
  };
}

function matchingPattern(
  patterns: readonly Uint8Array[],
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  for (let slot = 0; slot < patterns.length; slot++) {
    const pattern = patterns[slot]!;
    if (end - start < pattern.length || bytes[start] !== pattern[0]) continue;
    if (startsWith(pattern, bytes, start)) return slot;
  }
  return -1;
}

function startsWith(pattern: Uint8Array, bytes: Uint8Array, start: number): boolean {
  // The last byte of every pattern is a space, which tells `file` from `file_mapped`.
  for (let index = pattern.length - 1; index >= 0; index--) {
    if (bytes[start + index] !== pattern[index]) return false;
  }
  return pattern[pattern.length - 1] === SPACE;
}
