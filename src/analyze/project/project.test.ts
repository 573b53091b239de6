import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyzeFile } from './analyze-file.ts';
import { analyzeFiles } from './analyze-files.ts';
import { globToRegExp, parseIgnoreRules } from './ignore-rules.ts';
import { notebookSource } from './notebook.ts';
import { sourceFiles } from './source-files.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber project '));
  mkdirSync(join(folder, 'sub/out'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('a.py', 'x = 1\n');
  write('b.js', 'const x = 1;\n');
  write('notes.txt', 'no code');
  write('.gitignore', 'ignored.py\n/sub/out/\n*.gen.js\n!keep.gen.js\n');
  write('ignored.py', '');
  write('x.gen.js', '');
  write('keep.gen.js', '');
  write('sub/c.go', 'package m\n');
  write('sub/out/d.py', '');
  write('node_modules/e.js', '');
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a folder is walked with its .gitignore respected', () => {
  const names = sourceFiles([folder]).map((path) => path.slice(folder.length + 1));
  expect(names).toEqual(['a.py', 'b.js', 'keep.gen.js', 'sub/c.go']);
});

test('globs and files are taken once', () => {
  const names = sourceFiles([join(folder, '*.py'), join(folder, 'a.py')]).map((path) =>
    path.slice(folder.length + 1),
  );
  expect(names).toEqual(['a.py', 'ignored.py']);
});

test('the rules of the repository around a folder hold in it', () => {
  mkdirSync(join(folder, '.git'));
  const names = sourceFiles([join(folder, 'sub')]).map((path) => path.slice(folder.length + 1));
  rmSync(join(folder, '.git'), { recursive: true });
  expect(names).toEqual(['sub/c.go']);
});

test('a pattern that nothing fits is said', () => {
  expect(() => sourceFiles([join(folder, '*.java')])).toThrow(/no source file fits/);
});

test('what does not exist is said', () => {
  expect(() => sourceFiles([join(folder, 'nothing.py')])).toThrow(/no such file/);
});

test('threads give the same profiles in the same order', async () => {
  const files = sourceFiles([folder]);
  const progress: number[] = [];
  const threaded = await analyzeFiles(files, {
    threads: 2,
    onProgress: (done) => progress.push(done),
  });
  expect(threaded).toEqual(await analyzeFiles(files, { threads: 1 }));
  expect(progress).toEqual([1, 2, 3, 4]);
}, 30_000);

test("a notebook's code cells are one program, its magic left out", async () => {
  const cells = [
    { cell_type: 'markdown', source: ['# title'] },
    {
      cell_type: 'code',
      source: [
        '%matplotlib inline\n',
        'n = int(input())\n',
        'for i in range(n):\n',
        '    print(i)',
      ],
    },
  ];
  writeFileSync(
    join(folder, 'n.ipynb'),
    JSON.stringify({ cells, metadata: { kernelspec: { language: 'python' } } }),
  );
  const { profile } = await analyzeFile({ path: join(folder, 'n.ipynb') });
  expect(profile).toMatchObject({ language: 'python', coveredFraction: 1, class: 'linear' });
  expect(notebookSource('not json')).toBeUndefined();
});

test('ignore rules: the last that fits decides, and no pattern breaks them', () => {
  const rules = parseIgnoreRules('*.log\n!keep.log\nbuild/\n/top\ndoc/**/x?[a-c].md');
  expect(
    ['a.log', 'd/a.log', 'keep.log', 'top', 'd/top', 'doc/p/q/x1b.md'].map((path) =>
      rules(path, false),
    ),
  ).toEqual([true, true, false, true, undefined, true]);
  expect([rules('build', true), rules('build', false)]).toEqual([true, undefined]);
  fc.assert(
    fc.property(
      fc.string(),
      (glob) => void new RegExp(globToRegExp(glob.replaceAll(/[[\]]/g, ''))),
    ),
  );
});
