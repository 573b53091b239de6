const ZERO = 0x30;
const NINE = 0x39;

/**
 * Reads the unsigned decimal number at `start`, stopping at the first other byte.
 * Returns NaN where there is no digit ("max", an empty file). Exact up to 2^53, which as
 * nanoseconds of CPU time is 104 days and as bytes 8 PiB; beyond that it rounds.
 */
export function parseUnsigned(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let index = start;
  for (; index < end; index++) {
    const byte = bytes[index]!;
    if (byte < ZERO || byte > NINE) break;
    value = value * 10 + (byte - ZERO);
  }
  return index === start ? Number.NaN : value;
}
