import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { documentSchema } from '#analyze/report/schema.ts';
import { test } from './box.ts';

const HELPER = 'def total(rows):\n    s = 0\n    for r in rows:\n        s += r\n    return s\n';
const MAIN =
  'from helper import total\n\ndef run(tables):\n    for table in tables:\n        print(total(table))\n\nx = [0] * 10**8\n';

test('one file: a table with class, derivation and demand', async ({ box }) => {
  box.write('job.py', MAIN);
  const { exitCode, stdout, stderr } = await box.limber(['analyze', 'job.py']);
  expect([exitCode, stderr]).toEqual([0, '']);
  const text = stdout.toString();
  expect(text).toMatch(/^job\.py\n\nSCORE +CLASS +CYCLOMATIC +COGNITIVE +LOOPS +LINES +FUNCTION\n/);
  expect(text).toMatch(/^ {2}time +\S/m);
  expect(text).toMatch(/^ {2}peak memory +763Mi/m);
  expect(text).not.toContain('\u001b[');
  expect(existsSync(join(box.home, 'cache'))).toBe(false);
});

test('the JSON of one file and of a folder is the published document', async ({ box }) => {
  box.write('main.py', MAIN);
  box.write('helper.py', HELPER);
  const one = await box.limber(['analyze', 'helper.py', '--json']);
  const single = documentSchema.parse(JSON.parse(one.stdout.toString()));
  expect(single).toMatchObject({ file: 'helper.py', language: 'python', class: 'linear' });
  const outputs: string[] = [];
  for (const _ of ['first', 'from the cache']) {
    const { stdout } = await box.limber(['analyze', '.', '--format', 'json']);
    outputs.push(stdout.toString());
  }
  expect(existsSync(join(box.home, 'cache', 'analyze'))).toBe(true);
  expect(outputs[1]).toBe(outputs[0]);
  const several = documentSchema.parse(JSON.parse(outputs[0]!));
  const files = 'files' in several ? several.files : [];
  expect(files.map(({ file }) => file)).toEqual(['helper.py', 'main.py']);
  const run = files[1]?.functions.find(({ name }) => name === 'run');
  expect(run).toMatchObject({ class: 'quadratic', loopDepth: 2 });
  expect(files[1]?.derivation.join('\n')).toContain('calls total in helper.py');
});

test('--source shows the code with its heat', async ({ box }) => {
  box.write('job.py', MAIN);
  const { stdout } = await box.limber(['analyze', 'job.py', '--source'], {
    env: { LC_ALL: 'C.UTF-8' },
  });
  expect(stdout.toString()).toMatch(/^█ 7 │ x = \[0\] \* 10\*\*8$/m);
});

test('--fail-over ends with 1 and names the files above it', async ({ box }) => {
  box.write('main.py', MAIN);
  box.write('flat.py', 'x = 1\n');
  const failed = await box.limber(['analyze', '.', '--fail-over', '5']);
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toMatch(/^limber: Above 5, as --fail-over asked: main\.py \(\d+\)\.\n$/);
  expect(failed.stdout.toString()).toContain('flat.py');
  expect((await box.limber(['analyze', '.', '--fail-over', '100'])).exitCode).toBe(0);
});

test.for([
  ['sarif', /^\{\n {2}"\$schema": ".*sarif-2\.1\.0\.json",\n/],
  ['html', /^<!doctype html>[^]*<pre>/],
  ['markdown', /^## job\.py$/m],
] as const)('--format %s --output FILE', async ([format, looks], { box }) => {
  box.write('job.py', `${MAIN}import requests\nfor url in x:\n    requests.get(url)\n`);
  const path = join(box.folder, 'report');
  const ended = await box.limber(['analyze', 'job.py', '--format', format, '--output', path]);
  expect([ended.exitCode, ended.stdout.toString(), ended.stderr]).toEqual([0, '', '']);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('job.py');
  expect(text).toContain('requests.get');
  expect(text).toMatch(looks);
});

test('the weights of the configuration hold for the score', async ({ box }) => {
  box.write('job.py', MAIN);
  const config = join(box.folder, 'config.json');
  const weights = { class: 0, loopDepth: 0, cyclomatic: 0, cognitive: 0, recursion: 100 };
  writeFileSync(
    config,
    JSON.stringify({ complexity: { weights: { ...weights, structures: 0, external: 0 } } }),
  );
  const { stdout } = await box.limber(['analyze', 'job.py', '--json'], {
    env: { LIMBER_CONFIG: config },
  });
  expect(JSON.parse(stdout.toString())).toMatchObject({ score: 0 });
});

test('ignored files are left out, notebooks and globs are read', async ({ box }) => {
  box.write('.gitignore', 'out/\n');
  mkdirSync(join(box.current, 'out'));
  box.write('out/made.py', 'x = 1\n');
  box.write('job.js', 'for (const x of process.argv) console.log(x);\n');
  const cells = [
    { cell_type: 'code', source: ['for i in range(int(input())):\n', '    print(i)'] },
  ];
  box.write('book.ipynb', JSON.stringify({ cells, metadata: { kernelspec: { name: 'python3' } } }));
  const filesOf = async (...args: string[]) => {
    const { stdout } = await box.limber(['analyze', '--json', ...args]);
    const { files = [] } = JSON.parse(stdout.toString()) as { files?: { file: string }[] };
    return files.map(({ file }) => file);
  };
  expect(await filesOf()).toEqual(['book.ipynb', 'job.js']);
  expect(await filesOf('*.js', 'book.ipynb')).toEqual(['job.js', 'book.ipynb']);
});

test('code on standard input is read as a file is', async ({ box }) => {
  const ended = await box.limber(['analyze', '-', '--language', 'python', '--json'], {
    stdin: MAIN,
  });
  expect([ended.exitCode, ended.stderr]).toEqual([0, '']);
  const document = documentSchema.parse(JSON.parse(ended.stdout.toString()));
  expect(document).toMatchObject({ language: 'python', class: 'linear' });
  expect(document).not.toHaveProperty('file');
  const shown = await box.limber(['analyze', '-', '--source', '--fail-over', '1'], {
    stdin: `#!/usr/bin/env python3\n${MAIN}`,
  });
  expect(shown.exitCode).toBe(1);
  expect(shown.stdout.toString()).toMatch(/^standard input$[^]*^█ 8 │ x = /m);
  expect(shown.stderr).toMatch(/standard input \(\d+\)/);
});

test('--no-cache keeps nothing', async ({ box }) => {
  box.write('main.py', MAIN);
  box.write('helper.py', HELPER);
  expect((await box.limber(['analyze', '--no-cache'])).exitCode).toBe(0);
  expect(existsSync(join(box.home, 'cache'))).toBe(false);
});

test('a folder that may not be entered is named, and the others are read', async ({ box }) => {
  box.write('main.py', MAIN);
  mkdirSync(join(box.current, 'closed'), { mode: 0o700 });
  box.write('closed/secret.py', HELPER);
  chmodSync(box.folder, 0o755);
  const ended = await box.limber(['analyze', '--json'], {
    env: { HOME: box.folder, LIMBER_HOME: join(box.folder, 'nowhere') },
    through: (limber) => ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...limber],
  });
  expect([ended.exitCode, ended.stderr]).toEqual([
    0,
    'limber: Left out closed: permission denied.\n',
  ]);
  expect(JSON.parse(ended.stdout.toString())).toMatchObject({ file: 'main.py' });
});

test('a reader that goes away ends it quietly', async ({ box }) => {
  const lines = Array.from({ length: 4000 }, (_, at) => `def f${at}(n): return n`);
  box.write('long.py', `${lines.join('\n')}\n`);
  const ended = await box.limber(['analyze', 'long.py', '--json'], {
    through: (limber) => [
      'bash',
      '-c',
      '"$@" | head -n 1; exit "${PIPESTATUS[0]}"',
      'bash',
      ...limber,
    ],
  });
  expect([ended.exitCode, ended.stdout.toString(), ended.stderr]).toEqual([141, '{\n', '']);
});

test('what is no text has an honest answer, whatever its name', async ({ box }) => {
  box.write('job.py', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]));
  const { stdout } = await box.limber(['analyze', 'job.py', '--json']);
  expect(JSON.parse(stdout.toString())).toMatchObject({ class: 'unknown', coveredFraction: 0 });
});

test('what cannot be done is said in one line of the catalogue', async ({ box }) => {
  box.write('notes.txt', 'no code');
  const refused = async (...args: string[]) => {
    const { exitCode, stderr } = await box.limber(['analyze', ...args]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    return [exitCode, stderr];
  };
  expect(await refused('nothing.py')).toEqual([66, expect.stringContaining('no such file')]);
  expect(await refused('.')).toEqual([66, expect.stringContaining('No source file below .')]);
  expect(await refused('*.py')).toEqual([66, expect.stringContaining('fits this pattern')]);
  expect(await refused('.', '--language', 'cobol')).toEqual([64, expect.stringContaining('cobol')]);
  expect(await refused('.', '--fail-over', 'high')).toEqual([64, expect.stringContaining('high')]);
  expect(await refused('-', 'main.py')).toEqual([64, expect.stringContaining('stands alone')]);
  expect(await refused('.', '--source', '--json')).toEqual([64, expect.stringContaining('json')]);
});

test('code of an unknown language has an honest answer', async ({ box }) => {
  box.write('notes.txt', 'no code');
  const { exitCode, stdout } = await box.limber(['analyze', 'notes.txt', '--json']);
  expect(exitCode).toBe(0);
  const document = documentSchema.parse(JSON.parse(stdout.toString()));
  expect(document).toMatchObject({ language: 'unknown', class: 'unknown', coveredFraction: 0 });
});
