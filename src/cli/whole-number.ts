import { LimberError } from '#model/errors.ts';

type Range = { readonly name: string; readonly low: number; readonly high: number };

/** `12` within the range; else `quantity-invalid`, naming the option. */
export function wholeNumber(text: string, { name, low, high }: Range): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  const expected = `a whole number from ${low} to ${high}`;
  throw new LimberError('quantity-invalid', { name, expected, got: text });
}
