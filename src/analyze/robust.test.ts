import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LANGUAGES, type Language } from '#model/execution.ts';
import { analyze } from './analyze.ts';
import { brokenSource, rawSource, SEEDS } from './broken-sources.fixture.ts';
import { normalizedTokens } from './normalize.ts';
import { documentSchema } from './report/schema.ts';
import { analyzeDocument } from './report/document.ts';

async function expectProfile(source: string, language: Language, deadlineMs = 3000): Promise<void> {
  const profile = await analyze({ source, language, deadlineMs });
  const { success, error } = documentSchema.safeParse(analyzeDocument([profile]));
  expect(success, error?.message).toBe(true);
  expect(profile.derivation.join()).not.toMatch(/analysis stopped/);
}

test('mutated and truncated sources always give a valid profile', async () => {
  await fc.assert(
    fc.asyncProperty(brokenSource, fc.constantFrom(...LANGUAGES), (source, language) =>
      expectProfile(source, language),
    ),
    { numRuns: Number(process.env['LIMBER_FUZZ_RUNS'] ?? 400) },
  );
}, 0);

test('raw bytes that are no UTF-8, read as files are read, always give a valid profile', async () => {
  await fc.assert(
    fc.asyncProperty(rawSource, fc.constantFrom(...LANGUAGES), (source, language) =>
      expectProfile(source, language),
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
    fc.asyncProperty(brokenSource, fc.constantFrom(...LANGUAGES), async (source, language) => {
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
