import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requires } from '../../../../test/capabilities.ts';
import { cpio, type CpioEntry } from './cpio.ts';

const ENTRIES: readonly CpioEntry[] = [
  { kind: 'folder', name: 'modules' },
  { kind: 'file', name: 'init', mode: 0o755, content: Buffer.from('#!/bin/sh\n') },
  { kind: 'file', name: 'modules/list', mode: 0o644, content: Buffer.from('odd') },
];

test('an archive is unpacked by cpio, and is the same bytes each time', (context) => {
  requires(context, 'cpio');
  const archive = cpio(ENTRIES);
  expect(cpio(ENTRIES).equals(archive)).toBe(true);
  const folder = mkdtempSync(join(tmpdir(), 'limber-cpio-'));
  execFileSync('cpio', ['-id', '--quiet'], { cwd: folder, input: archive });
  expect(readFileSync(`${folder}/init`, 'utf8')).toBe('#!/bin/sh\n');
  expect(readFileSync(`${folder}/modules/list`, 'utf8')).toBe('odd');
  expect(statSync(`${folder}/init`).mode & 0o777).toBe(0o755);
  rmSync(folder, { recursive: true });
});
