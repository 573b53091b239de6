import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readHere, type CodeReader } from '#analyze/code-reader.ts';
import type { AnalyzeInput } from '#analyze/analyze-input.ts';
import { languageOf } from '#analyze/language-of.ts';
import { SCORE_WEIGHTS } from '#analyze/score.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import { readAside } from './read-aside.ts';

const PROGRAMS = resolve(import.meta.dirname, '../../../test/fixtures/programs');
/** Takes a thread some seconds to read, and others do not wait for that. */
const LARGE = 'def f(a):\n    for i in range(a):\n        a[i] = sorted(a)\n'.repeat(20_000);
const SMALL = { source: 'for x in range(10): print(x)', language: 'python' } as const;

let folder: string;
let reader: CodeReader & { readonly close: () => Promise<void> };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-read-aside-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => reader.close());

function pauseMs(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

async function read(input: AnalyzeInput): Promise<Partial<ComplexityProfile>> {
  return JSON.parse(await reader.documentOf(input)) as Partial<ComplexityProfile>;
}

test('what is found is what this thread would find', async () => {
  reader = readAside();
  for (const name of readdirSync(PROGRAMS)) {
    const path = join(PROGRAMS, name);
    const source = readFileSync(path, 'utf8');
    const language = languageOf(path, source);
    const program = { path, language, weights: SCORE_WEIGHTS };
    const [aside, here] = await Promise.all(
      [reader, readHere].map(({ profileOfProgram, tokensOf, documentOf }) =>
        Promise.all([
          profileOfProgram(program),
          tokensOf(source, language),
          documentOf({ source, language, file: name }),
        ]),
      ),
    );
    expect(aside, name).toEqual(here);
  }
});

test('a program with its own modules is read with them', async () => {
  reader = readAside();
  const path = join(folder, 'main.py');
  writeFileSync(path, 'import helper\nfor x in range(9): helper.slow([3, 2, 1])\n');
  writeFileSync(
    join(folder, 'helper.py'),
    'def slow(a):\n  for x in a:\n    for y in a: print(x)\n',
  );
  const program = { path, language: 'python', weights: SCORE_WEIGHTS } as const;
  expect(await reader.profileOfProgram(program)).toEqual(await readHere.profileOfProgram(program));
});

test('a small source does not wait for a large one, nor does this thread', async () => {
  reader = readAside({ patienceMs: 0, mostThreads: 2 });
  const order: string[] = [];
  const large = reader
    .documentOf({ source: LARGE, language: 'python' })
    .then(() => order.push('large'));
  const small = reader.documentOf(SMALL).then(() => order.push('small'));
  setTimeout(() => order.push('this thread'));
  await Promise.all([large, small]);
  expect(order).toEqual(['this thread', 'small', 'large']);
});

test('no thread helps where answers only wait for this one', async () => {
  reader = readAside({ patienceMs: 20 });
  await reader.documentOf(SMALL);
  let helpers = 0;
  const count = () => void (helpers += 1);
  process.on('worker', count);
  // The longer this thread is away, the smaller the part of the time in which the other one reads.
  const away = setInterval(() => pauseMs(200));
  await Promise.all(Array.from({ length: 5 }, () => reader.documentOf(SMALL)));
  clearInterval(away);
  process.off('worker', count);
  expect(helpers).toBe(0);
});

test('what takes too long is unknown, and the next one is read by a new thread', async () => {
  reader = readAside({ longestMs: 50, mostThreads: 1 });
  const large = { source: LARGE, language: 'python', file: 'large.py' } as const;
  expect(await read(large)).toMatchObject({
    file: 'large.py',
    class: 'unknown',
    derivation: ['the analysis stopped: it took too long'],
  });
  expect(await reader.tokensOf(LARGE, 'python')).toBe(LARGE);
  await reader.close();
});

test('what needs more memory than the thread has ends that thread alone', async () => {
  reader = readAside({ heapMebibytes: 16, mostThreads: 1 });
  // A busy machine must not come to the deadline first, and read less.
  const { derivation } = await read({ source: LARGE, language: 'python', deadlineMs: 60_000 });
  expect(derivation).toEqual([expect.stringContaining('ERR_WORKER_OUT_OF_MEMORY')]);
  expect(await reader.documentOf(SMALL)).toEqual(await readHere.documentOf(SMALL));
});

test('a thread that holds too much makes room for a new one', async () => {
  reader = readAside({ mostHeldBytes: 0, mostThreads: 1 });
  const one = await reader.documentOf(SMALL);
  expect(await reader.documentOf(SMALL)).toEqual(one);
});

test('more than may wait is refused, and what waits at the end is told so', async () => {
  reader = readAside({ mostWaiting: 1, mostThreads: 1 });
  const first = read({ source: LARGE, language: 'python' });
  const second = read(SMALL);
  await expect(reader.documentOf(SMALL)).rejects.toMatchObject({ code: 'reading-busy' });
  await reader.close();
  const stopped = (why: string) => ({ derivation: [`the analysis stopped: ${why}`] });
  expect(await first).toMatchObject(stopped('it was ended'));
  expect(await second).toMatchObject(stopped('nobody reads any more'));
});
