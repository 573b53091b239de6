import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHere, type CodeReader } from '#analyze/code-reader.ts';
import { SCORE_WEIGHTS } from '#analyze/score.ts';
import { smallHere } from './small-here.ts';

const SMALL = 'for x in range(10): print(x)\n';
const LARGE = SMALL.repeat(1000);

let folder: string;
let asked: string[];
let reader: CodeReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-small-here-'));
  asked = [];
  reader = smallHere({
    profileOfProgram: (program) => {
      asked.push('profile');
      return readHere.profileOfProgram(program);
    },
    documentOf: (input) => {
      asked.push('document');
      return readHere.documentOf(input);
    },
    tokensOf: (...code) => {
      asked.push('tokens');
      return readHere.tokensOf(...code);
    },
  });
});

afterEach(() => rmSync(folder, { recursive: true }));

function profileOf(files: Readonly<Record<string, string>>) {
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
  const path = join(folder, 'main.py');
  return reader.profileOfProgram({ path, language: 'python', weights: SCORE_WEIGHTS });
}

test('small code that stands alone is read by whoever asks', async () => {
  expect((await profileOf({ 'main.py': SMALL })).language).toBe('python');
  await reader.documentOf({ source: SMALL, language: 'python' });
  await reader.tokensOf(SMALL, 'python');
  expect(asked).toEqual([]);
});

test('long code is not, nor is a program with files beside it', async () => {
  await profileOf({ 'main.py': LARGE });
  await profileOf({ 'main.py': SMALL, 'other.py': LARGE });
  await reader.documentOf({ source: LARGE, language: 'python' });
  await reader.tokensOf(LARGE, 'python');
  expect(asked).toEqual(['profile', 'profile', 'document', 'tokens']);
});
