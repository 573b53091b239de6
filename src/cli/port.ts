import { LimberError } from '#model/errors.ts';

const MAX_PORT = 65_535;

/** `7411` → 7411. */
export function toPort(text: string, name = '--port'): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port <= MAX_PORT) return port;
  throw new LimberError('quantity-invalid', {
    name,
    expected: `a whole number from 0 to ${MAX_PORT}`,
    got: text,
  });
}
