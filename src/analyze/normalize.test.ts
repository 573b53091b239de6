import { expect, test } from 'vitest';
import { normalizedTokens } from './normalize.ts';

test('comments, layout, literals and local names do not matter', async () => {
  const a = await normalizedTokens(
    'total = 0  # sum\nfor i in range(10):\n    total += i\nprint(total)\n',
    'python',
  );
  const b = await normalizedTokens(
    's = 5\n\nfor k in range( 99 ):\n        s += k\nprint(s)\n',
    'python',
  );
  expect(a).toBe(b);
});

test('a different call does matter', async () => {
  const a = await normalizedTokens('const a = max(1);', 'javascript');
  expect(await normalizedTokens('const a = min(1);', 'javascript')).not.toBe(a);
});
