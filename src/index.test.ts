import { expect, test } from 'vitest';
import { analyze, languageOf } from './index.ts';

test('the library analyses a source', async () => {
  const source = 'n = int(input())\nfor i in range(n):\n    print(i)\n';
  const profile = await analyze({ source, language: languageOf('job.py') });
  expect(profile).toMatchObject({ language: 'python', class: 'linear', coveredFraction: 1 });
});
