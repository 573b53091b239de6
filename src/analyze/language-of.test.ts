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
  ['x.h', 'typedef struct a { int public; } a;\nint f(a *, int);\n', 'c'],
  ['x.h', 'template <typename T>\nT f(T a) { return a; }\n', 'cpp'],
  ['x.h', '  class A { public: int b(); };\n', 'cpp'],
  ['x.h', 'struct A : public B {};\n', 'cpp'],
  ['x.h', '/* the\nclass of an error */\nint f(void);\n', 'c'],
  ['x.h', '#ifdef __cplusplus\nnamespace a {\n#endif\nint f(void);\n', 'c'],
  ['x.h', undefined, 'c'],
  ['.py', undefined, 'python'],
])('%s with first line %j is %s', (path, source, language) => {
  expect(languageOf(path, source)).toBe(language);
});
