import fc from 'fast-check';

/** Sources that are cut and disturbed: what a language can hold, and what no language does. */
export const SEEDS: readonly string[] = [
  'def f(n):\n    for i in range(n):\n        if i and n or f(n - 1):\n            x = [0] * 10**8\n    return {k: v for k, v in d.items()}\n',
  'class A { int f(int n) { while (n > 0) { n /= 2; } switch (n) { case 1: return f(n - 1); default: return 0; } } }',
  'const f = async (n) => { for (const x of y) await fetch(x); return n ? `${a}` : [...b].map((c) => c * 2); };',
  'func f(n int) { for i := 0; i < n; i++ { go g() }; select { case <-c: default: } }',
  '#!/bin/sh\nfor i in $(seq 1 10); do curl "$i" | jq .; done <<EOF\nx\nEOF\n',
  '"""((((([[[[{{{{<<<>>>|||&&&***///\\\\\\ \u0000\uFEFF\uD800 é 😀 constructor __proto__ toString',
];

/** Cut anywhere, with anything put in. */
export const brokenSource = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.nat(),
    fc.nat(),
    fc.string({ unit: 'binary', maxLength: 12 }),
  )
  .map(([seed, from, length, put]) => {
    const at = from % (seed.length + 1);
    return seed.slice(0, at) + put + seed.slice(at + (length % 20));
  });

const BYTES: readonly Uint8Array[] = [
  Uint8Array.of(0xff, 0xfe, 0x00),
  Uint8Array.of(0xc3),
  Uint8Array.of(0xe2, 0x82),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xc0, 0xaf),
  Uint8Array.of(0xf5, 0x80, 0x80, 0x80),
];

/** Text with bytes in it that are no UTF-8, read as files are read. */
export const rawSource = fc
  .tuple(
    brokenSource,
    fc.oneof(fc.constantFrom(...BYTES), fc.uint8Array({ minLength: 1, maxLength: 8 })),
    fc.nat(),
  )
  .map(([source, put, from]) => {
    const text = Buffer.from(source);
    const at = from % (text.length + 1);
    return Buffer.concat([text.subarray(0, at), put, text.subarray(at)]).toString('utf8');
  });
