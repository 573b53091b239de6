import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareEtc } from './prepare-etc.ts';

let root = '';
let etc = '';
let runtimeFolder = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limber etc '));
  etc = join(root, 'etc');
  runtimeFolder = join(root, 'run');
  mkdirSync(join(etc, 'ssl/certs'), { recursive: true });
  mkdirSync(join(etc, 'ssl/private'));
  writeFileSync(join(etc, 'shadow'), 'secret', { mode: 0o644 });
  writeFileSync(join(etc, 'services'), 'http 80/tcp\n');
  writeFileSync(join(etc, 'ssl/certs/a.pem'), 'a');
  writeFileSync(join(etc, 'ssl/certs/mine.key'), 'secret', { mode: 0o640 });
  writeFileSync(join(etc, 'ssl/private/host.key'), 'secret', { mode: 0o644 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('holds what was chosen and may be read by everybody, and nothing else', () => {
  const copy = prepareEtc(runtimeFolder, etc);
  expect(readFileSync(join(copy, 'services'), 'utf8')).toBe('http 80/tcp\n');
  expect(readdirSync(join(copy, 'ssl'))).toEqual(['certs']);
  expect(readdirSync(join(copy, 'ssl/certs'))).toEqual(['a.pem']);
  expect(existsSync(join(copy, 'shadow'))).toBe(false);
  expect(readdirSync(runtimeFolder)).toHaveLength(1);
});

test('links into the system stay links, others bring what they lead to', () => {
  symlinkSync('/usr/bin/env', join(etc, 'localtime'));
  writeFileSync(join(root, 'static'), 'managed elsewhere');
  symlinkSync(join(root, 'static'), join(etc, 'nsswitch.conf'));
  symlinkSync('../ssl/certs/missing', join(etc, 'protocols'));
  const copy = prepareEtc(runtimeFolder, etc);
  expect(readFileSync(join(copy, 'nsswitch.conf'), 'utf8')).toBe('managed elsewhere');
  expect(existsSync(join(copy, 'protocols'))).toBe(false);
  expect(readlinkSync(join(copy, 'localtime'))).toBe('/usr/bin/env');
});

test('is made once, and anew when an entry changed; the old one stays for who uses it', () => {
  const first = prepareEtc(runtimeFolder, etc);
  expect(prepareEtc(runtimeFolder, etc)).toBe(first);
  writeFileSync(join(etc, 'services'), 'https 443/tcp\n');
  const second = prepareEtc(runtimeFolder, etc);
  expect(readFileSync(join(second, 'services'), 'utf8')).toBe('https 443/tcp\n');
  expect(readFileSync(join(first, 'services'), 'utf8')).toBe('http 80/tcp\n');
});
