import { expect, test } from 'vitest';
import { isSameFile } from './same-file.ts';

test.each([
  ['/home/me/lib/load.py', 'lib/load.py', true],
  ['load.py', '/home/me/load.py', true],
  ['./-load.py', '/home/me/-load.py', true],
  ['load.py', 'load.py', true],
  ['lib/load.py', 'old/load.py', false],
  ['upload.py', 'load.py', false],
  ['/home/me/lib/load.py', '/home/me/load.py', false],
])('%s and %s', (one, other, same) => {
  expect(isSameFile(one, other)).toBe(same);
});
