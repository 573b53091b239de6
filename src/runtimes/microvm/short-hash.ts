import { createHash } from 'node:crypto';

const LENGTH = 16;
export const SHORT_HASH = /^[0-9a-f]{16}$/;

/** Names what was made from these parts, in the name of a file. */
export function shortHash(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, LENGTH);
}
