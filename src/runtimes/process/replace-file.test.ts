import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { replaceFile } from './replace-file.ts';

function paths() {
  const folder = mkdtempSync(join(tmpdir(), 'limber-replace-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return { path: join(folder, 'told'), spare: join(folder, 'spare') };
}

test('whoever has opened the former text reads that to its end', () => {
  const { path, spare } = paths();
  const texts = ['one', 'a longer text than that', '', 'ü'];
  for (const text of texts) {
    replaceFile(path, spare, text);
    const opened = openSync(path, 'r');
    replaceFile(path, spare, `after ${text}`);
    expect(readFileSync(opened, 'utf8')).toBe(text);
    closeSync(opened);
    expect(readFileSync(path, 'utf8')).toBe(`after ${text}`);
  }
});

test('two files take turns, whatever an earlier writer left behind', () => {
  const { path, spare } = paths();
  writeFileSync(`${spare}.replaced`, 'left');
  replaceFile(path, spare, 'one');
  replaceFile(path, spare, 'two');
  const [first, second] = [statSync(path).ino, statSync(spare).ino];
  replaceFile(path, spare, 'three');
  expect([statSync(path).ino, statSync(spare).ino]).toEqual([second, first]);
  expect(readFileSync(path, 'utf8')).toBe('three');
});
