/** Crockford's base32 in lower case: no i, l, o, u, so an id can be read out and typed. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 12;
const RANDOM_BITS = 19;
/** 2024-01-01: 41 bits of milliseconds from here last until 2093. */
const EPOCH_MS = Date.UTC(2024, 0, 1);
const TIME_BITS = 41;

/**
 * A short, lower-case id that sorts by time: 41 bits of milliseconds, then 19 random bits.
 * Two ids of the same millisecond collide once in 524288; the store's primary key notices.
 * Example: 2026-01-01T00:00Z with zero randomness is `0xd48pg00000`.
 */
export function executionId(nowMs: number, random: Uint8Array): string {
  const elapsedMs = BigInt.asUintN(TIME_BITS, BigInt(Math.max(0, Math.floor(nowMs - EPOCH_MS))));
  let value = (elapsedMs << BigInt(RANDOM_BITS)) | randomBits(random);
  let text = '';
  for (let digit = 0; digit < LENGTH; digit++) {
    text = DIGITS[Number(value & 31n)]! + text;
    value >>= 5n;
  }
  return text;
}

/** Bytes of randomness that `executionId` uses. */
export const EXECUTION_ID_RANDOM_BYTES = 3;

function randomBits(random: Uint8Array): bigint {
  const bits = ((random[0] ?? 0) << 16) | ((random[1] ?? 0) << 8) | (random[2] ?? 0);
  return BigInt.asUintN(RANDOM_BITS, BigInt(bits));
}
