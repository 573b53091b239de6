import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LANGUAGES, type Language } from '#model/execution.ts';
import { analyze } from './analyze.ts';
import { normalizedTokens } from './normalize.ts';
import { documentSchema } from './report/schema.ts';
import { analyzeDocument } from './report/document.ts';

const SEEDS: readonly string[] = [
  'def f(n):\n    for i in range(n):\n        if i and n or f(n - 1):\n            x = [0] * 10**8\n    return {k: v for k, v in d.items()}\n',
  'class A { int f(int n) { while (n > 0) { n /= 2; } switch (n) { case 1: return f(n - 1); default: return 0; } } }',
  'const f = async (n) => { for (const x of y) await fetch(x); return n ? `${a}` : [...b].map((c) => c * 2); };',
  'func f(n int) { for i := 0; i < n; i++ { go g() }; select { case <-c: default: } }',
  '#!/bin/sh\nfor i in $(seq 1 10); do curl "$i" | jq .; done <<EOF\nx\nEOF\n',
  '"""((((([[[[{{{{<<<>>>|||&&&***///\\\\\\ \u0000\uFEFF\uD800 é 😀 constructor __proto__ toString',
];

const broken = fc
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

async function expectProfile(source: string, language: Language, deadlineMs = 3000): Promise<void> {
  const profile = await analyze({ source, language, deadlineMs });
  const { success, error } = documentSchema.safeParse(analyzeDocument([profile]));
  expect(success, error?.message).toBe(true);
  expect(profile.derivation.join()).not.toMatch(/analysis stopped/);
}

test('mutated and truncated sources always give a valid profile', async () => {
  await fc.assert(
    fc.asyncProperty(broken, fc.constantFrom(...LANGUAGES), (source, language) =>
      expectProfile(source, language),
    ),
    { numRuns: Number(process.env['LIMBER_FUZZ_RUNS'] ?? 400) },
  );
}, 0);

const BYTES: readonly Uint8Array[] = [
  Uint8Array.of(0xff, 0xfe, 0x00),
  Uint8Array.of(0xc3),
  Uint8Array.of(0xe2, 0x82),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xc0, 0xaf),
  Uint8Array.of(0xf5, 0x80, 0x80, 0x80),
];

test('raw bytes that are no UTF-8, read as files are read, always give a valid profile', async () => {
  const bytes = fc.oneof(fc.constantFrom(...BYTES), fc.uint8Array({ minLength: 1, maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(
      broken,
      bytes,
      fc.nat(),
      fc.constantFrom(...LANGUAGES),
      (source, put, from, language) => {
        const text = Buffer.from(source);
        const at = from % (text.length + 1);
        const whole = Buffer.concat([text.subarray(0, at), put, text.subarray(at)]);
        return expectProfile(whole.toString('utf8'), language);
      },
    ),
    { numRuns: Number(process.env['LIMBER_FUZZ_RUNS'] ?? 200) },
  );
}, 0);

test.each([
  ['deep parentheses', '('.repeat(20_000)],
  ['deep calls', `${'f('.repeat(5000)}1${')'.repeat(5000)}`],
  ['deep lists', `x = ${'['.repeat(3000)}${']'.repeat(3000)}`],
  ['deep blocks', '{'.repeat(5000) + '}'.repeat(5000)],
  ['deep else-if', `if (a) {}${' else if (b) {}'.repeat(2000)}`],
  ['a long chain of operators', `x = ${'1 + '.repeat(5000)}1`],
  [
    'a long chain of calls',
    Array.from({ length: 3000 }, (_, i) => `def f${i}():\n    f${i + 1}()\n`).join(''),
  ],
  ['long names', `${'a'.repeat(100_000)} = 1\nfor ${'b'.repeat(10_000)} in range(3): pass`],
  ['nothing', ''],
  ['only blanks', ' \n\t\r\n'],
])(
  '%s',
  async (_, source) => {
    for (const language of ['python', 'javascript', 'java', 'c'] as const)
      await expectProfile(source, language);
  },
  60_000,
);

test('10 MB in one line ends by its deadline, and says how much was read', async () => {
  const source = 'x = [' + '1, '.repeat(3_400_000);
  const profile = await analyze({ source, language: 'python', deadlineMs: 200 });
  expect(profile.coveredFraction).toBeLessThan(1);
}, 60_000);

test('many inputs do not add up in memory', async () => {
  const source = SEEDS[0]!.repeat(20);
  const run = async (times: number) => {
    for (let k = 0; k < times; k += 1) await analyze({ source, language: 'python' });
    return process.memoryUsage().external;
  };
  const before = await run(50);
  // A tree of this source takes some 100 KB of the parser's memory: 400 kept ones would be 40 MB.
  expect((await run(400)) - before).toBeLessThan(8 * 2 ** 20);
}, 60_000);

test('tokens of anything are a text', async () => {
  await fc.assert(
    fc.asyncProperty(broken, fc.constantFrom(...LANGUAGES), async (source, language) => {
      expect(typeof (await normalizedTokens(source, language))).toBe('string');
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('names made of names are worked out once', async () => {
  const lines = Array.from({ length: 3000 }, (_, at) => `y${at + 2} = y${at + 1} + y${at}`);
  const source = ['y0 = [1, 2]', 'y1 = [3]', ...lines].join('\n');
  const { coveredFraction, dataStructures } = await analyze({ source, language: 'python' });
  expect(coveredFraction).toBe(1);
  expect(dataStructures.length).toBeGreaterThan(2);
}, 20_000);
