/** An IPv4 prefix: `10.0.0.0/8` is { base: 167772160, length: 8 }. */
export type Prefix = { readonly base: number; readonly length: number };

export function parsePrefix(text: string): Prefix {
  const [address = '', length = '32'] = text.split('/');
  return { base: addressToNumber(address), length: Number(length) };
}

export function prefixesOverlap(a: Prefix, b: Prefix): boolean {
  const sizeOfWider = 2 ** (32 - Math.min(a.length, b.length));
  return Math.floor(a.base / sizeOfWider) === Math.floor(b.base / sizeOfWider);
}

/** `10.0.0.1` → 167772161. Arithmetic instead of shifts: JavaScript's shifts are signed. */
export function addressToNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function numberToAddress(value: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
}
