import { expect, test } from 'vitest';
import { languageOf } from './language-of.ts';

test.each([
  ['a/b.py', '', 'python'],
  ['x.test.TSX', '', 'typescript'],
  ['run', '#!/usr/bin/env -S python3 -u\n', 'python'],
  ['run', '#!/usr/bin/env FOO=1 node\n', 'javascript'],
  ['run', '#!/bin/dash\n', 'shell'],
  ['Makefile', '', 'unknown'],
  ['x.constructor', '', 'unknown'],
  ['.py', undefined, 'python'],
])('%s with first line %j is %s', (path, source, language) => {
  expect(languageOf(path, source)).toBe(language);
});
