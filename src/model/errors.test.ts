import { expect, test } from 'vitest';
import { describe } from './errors.ts';

test('names of files do not bring escape sequences into a message', () => {
  const text = describe('command-not-found', {
    command: '\u001b]0;title\u0007\u009b31m',
    hint: 'a\nb',
  });
  expect(text).toBe('Cannot find "\ufffd]0;title\ufffd\ufffd31m" inside the sandbox. a\nb');
});
