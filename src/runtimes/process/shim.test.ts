import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasExited, readExit } from './shim.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-shim-'));
  writeFileSync(join(folder, 'info'), '{"child-pid": 7}\n{"exit-code": 137}\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each(['', '13'])('an exit code that is still being written (%j) is none yet', (text) => {
  writeFileSync(join(folder, 'exit'), text);
  expect(hasExited(folder)).toBe(false);
  expect(readExit(folder)).toBeUndefined();
});

test('one with its end of line is told with its signal', () => {
  writeFileSync(join(folder, 'exit'), '137\n');
  expect(hasExited(folder)).toBe(true);
  expect(readExit(folder)).toEqual({ started: true, exitCode: 137, signal: 'SIGKILL' });
});
