import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ComplexityProfile } from '#model/complexity.ts';
import { analyzeFiles } from './analyze-files.ts';
import { sourceFiles } from './source-files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-links-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The program is analysed as a whole; the answer is for its first file. */
async function analyzed(files: Readonly<Record<string, string>>): Promise<ComplexityProfile> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const profiles = await analyzeFiles(sourceFiles([folder]), { threads: 1 });
  const first = join(folder, Object.keys(files)[0]!);
  return profiles.find(({ file }) => file === first)!;
}

const PYTHON_HELPER =
  'def total(rows):\n    s = 0\n    for r in rows:\n        s += r\n    return s\n';
const PYTHON_LOOP = (call: string) =>
  `def run(tables):\n    for table in tables:\n        ${call}(table)\n`;
const SCRIPT_HELPER =
  'function total(rows) {\n  let s = 0;\n  for (const r of rows) s += r;\n  return s;\n}\n';
const SCRIPT_LOOP = (call: string) =>
  `function run(tables) {\n  for (const table of tables) ${call}(table);\n}\n`;

const PROGRAMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'from helper import total': {
    'main.py': `from helper import total\n${PYTHON_LOOP('total')}`,
    'helper.py': PYTHON_HELPER,
  },
  'import helper as h': {
    'main.py': `import helper as h\n${PYTHON_LOOP('h.total')}`,
    'helper.py': PYTHON_HELPER,
  },
  'from .helper import total as t': {
    'pkg/main.py': `from .helper import total as t\n${PYTHON_LOOP('t')}`,
    'pkg/helper.py': PYTHON_HELPER,
  },
  'from . import helper': {
    'pkg/main.py': `from . import helper\n${PYTHON_LOOP('helper.total')}`,
    'pkg/helper.py': PYTHON_HELPER,
  },
  'a package that passes on': {
    'main.py': `from pkg import total\n${PYTHON_LOOP('total')}`,
    'pkg/__init__.py': 'from .helper import total\n',
    'pkg/helper.py': PYTHON_HELPER,
  },
  'three files': {
    'main.py': `from middle import pass_on\n${PYTHON_LOOP('pass_on')}`,
    'middle.py': 'import helper\ndef pass_on(rows):\n    return helper.total(rows)\n',
    'helper.py': PYTHON_HELPER,
  },
  'a method of a class': {
    'main.py': `from helper import Sums\ndef run(tables):\n    sums = Sums()\n    for table in tables:\n        sums.total(table)\n`,
    'helper.py': `class Sums:\n    def total(self, rows):\n        s = 0\n        for r in rows:\n            s += r\n        return s\n`,
  },
  'import { total } from': {
    'main.js': `import { total } from './helper.js';\n${SCRIPT_LOOP('total')}`,
    'helper.js': `export ${SCRIPT_HELPER}`,
  },
  'import { total as t }, .js for .ts': {
    'main.ts': `import { total as t } from './lib/helper.js';\n${SCRIPT_LOOP('t')}`,
    'lib/helper.ts': `export ${SCRIPT_HELPER}`,
  },
  'import * as helper': {
    'main.ts': `import * as helper from './helper.ts';\n${SCRIPT_LOOP('helper.total')}`,
    'helper.ts': `export ${SCRIPT_HELPER}`,
  },
  'export default': {
    'main.mjs': `import sum from './helper.mjs';\n${SCRIPT_LOOP('sum')}`,
    'helper.mjs': `export default ${SCRIPT_HELPER}`,
  },
  'export { total } from': {
    'main.js': `import { total } from './lib/index.js';\n${SCRIPT_LOOP('total')}`,
    'lib/index.js': `export { total } from './helper.js';\n`,
    'lib/helper.js': `export ${SCRIPT_HELPER}`,
  },
  'const { total } = require': {
    'main.cjs': `const { total } = require('./helper.cjs');\n${SCRIPT_LOOP('total')}`,
    'helper.cjs': `${SCRIPT_HELPER}module.exports = { total };\n`,
  },
  'const helper = require': {
    'main.js': `const helper = require('./helper');\n${SCRIPT_LOOP('helper.total')}`,
    'helper.js': `exports.total = ${SCRIPT_HELPER}`,
  },
  'Go, one folder': {
    'main.go':
      'package main\nfunc run(tables [][]int) {\n\tfor _, t := range tables {\n\t\ttotal(t)\n\t}\n}\n',
    'helper.go':
      'package main\nfunc total(rows []int) int {\n\ts := 0\n\tfor _, r := range rows {\n\t\ts += r\n\t}\n\treturn s\n}\n',
  },
  'Go, a package': {
    'main.go':
      'package main\nimport "example.com/shop/sums"\nfunc run(tables [][]int) {\n\tfor _, t := range tables {\n\t\tsums.Total(t)\n\t}\n}\n',
    'sums/sums.go':
      'package sums\nfunc Total(rows []int) int {\n\ts := 0\n\tfor _, r := range rows {\n\t\ts += r\n\t}\n\treturn s\n}\n',
  },
  Java: {
    'Main.java':
      'class Main { static void run(int[][] tables) { for (int[] t : tables) { Sums.total(t); } } }\n',
    'Sums.java':
      'class Sums { static int total(int[] rows) { int s = 0; for (int r : rows) s += r; return s; } }\n',
  },
  'Rust, use': {
    'main.rs':
      'mod helper;\nuse crate::helper::total;\nfn run(tables: Vec<Vec<i64>>) {\n    for table in tables {\n        total(table);\n    }\n}\n',
    'helper.rs':
      'pub fn total(rows: Vec<i64>) -> i64 {\n    let mut s = 0;\n    for r in rows {\n        s += r;\n    }\n    s\n}\n',
  },
  'Rust, a path': {
    'main.rs':
      'mod helper;\nfn run(tables: Vec<Vec<i64>>) {\n    for table in tables {\n        helper::total(table);\n    }\n}\n',
    'helper.rs':
      'pub fn total(rows: Vec<i64>) -> i64 {\n    let mut s = 0;\n    for r in rows {\n        s += r;\n    }\n    s\n}\n',
  },
  'Rust, use as': {
    'main.rs':
      'mod helper;\nuse crate::helper::{total as sum, other};\nfn run(tables: Vec<Vec<i64>>) {\n    for table in tables {\n        sum(table);\n    }\n}\n',
    'helper.rs':
      'pub fn total(rows: Vec<i64>) -> i64 {\n    let mut s = 0;\n    for r in rows {\n        s += r;\n    }\n    s\n}\n',
  },
  'Ruby, require_relative': {
    'main.rb':
      "require_relative 'helper'\ndef run(tables)\n  for table in tables\n    total(table)\n  end\nend\n",
    'helper.rb': 'def total(rows)\n  s = 0\n  for r in rows\n    s += r\n  end\n  s\nend\n',
  },
  'PHP, require': {
    'main.php':
      "<?php\nrequire 'helper.php';\nfunction run($tables) {\n  foreach ($tables as $table) { total($table); }\n}\n",
    'helper.php':
      '<?php\nfunction total($rows) {\n  $s = 0;\n  foreach ($rows as $r) { $s += $r; }\n  return $s;\n}\n',
  },
  'PHP, a static method': {
    'main.php':
      '<?php\nfunction run($tables) {\n  foreach ($tables as $table) { Helper::total($table); }\n}\n',
    'helper.php':
      '<?php\nclass Helper {\n  static function total($rows) {\n    $s = 0;\n    foreach ($rows as $r) { $s += $r; }\n    return $s;\n  }\n}\n',
  },
  'a shell script that is sourced': {
    'main.sh': '. ./helper.sh\nrun() {\n  while read -r table; do\n    total "$table"\n  done\n}\n',
    'helper.sh': 'total() {\n  while read -r r; do\n    s=$((s + r))\n  done\n}\n',
  },
  C: {
    'main.c':
      'int total(int *rows, int n);\nvoid run(int **t, int m, int n) {\n  for (int i = 0; i < m; i++) total(t[i], n);\n}\n',
    'helper.c':
      'int total(int *rows, int n) {\n  int s = 0;\n  for (int i = 0; i < n; i++) s += rows[i];\n  return s;\n}\n',
  },
};

test.each(Object.entries(PROGRAMS))('%s: the cost is carried over', async (_, files) => {
  const profile = await analyzed(files);
  const run = profile.functions.find(({ name }) => /\brun$/.test(name));
  expect(run).toMatchObject({ loopDepth: 2, class: 'quadratic' });
  expect(profile.class).toBe('quadratic');
  expect(profile.derivation.join('\n')).toMatch(/calls \S+ in .*(helper|middle|sums)\.\w+/i);
});

test('files that call each other in a circle are no trouble', async () => {
  const profile = await analyzed({
    'a.py': `import b\ndef ping(n):\n    for i in range(n):\n        b.pong(n)\n`,
    'b.py': `import a\ndef pong(n):\n    for i in range(n):\n        a.ping(n)\n`,
  });
  expect(['linear', 'quadratic', 'cubic']).toContain(profile.class);
});

test('a name that is only alike leads nowhere', async () => {
  const profile = await analyzed({
    'main.py': `from elsewhere import total\n${PYTHON_LOOP('total')}`,
    'helper.py': PYTHON_HELPER,
  });
  expect(profile.class).toBe('linear');
});
