import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolvePaths } from './paths.ts';
import { makePrivateFolder } from './private-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-paths-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('what outlives the machine follows LIMBER_HOME, then XDG, then the home folder', () => {
  const home = (env: Record<string, string>) => resolvePaths({ env, uid: 1000 }).home;
  expect(home({ HOME: '/home/u' })).toBe('/home/u/.local/state/limber');
  expect(home({ HOME: '/home/u', XDG_STATE_HOME: '/state' })).toBe('/state/limber');
  expect(home({ HOME: '/home/u', XDG_STATE_HOME: '/state', LIMBER_HOME: '/own' })).toBe('/own');
});

test('what does not follows the user and the session', () => {
  const runtime = (uid: number, session?: string) =>
    resolvePaths({ env: { HOME: '/home/u', XDG_RUNTIME_DIR: session }, uid }).runtime;
  expect(runtime(0, folder)).toBe('/run/limber');
  expect(runtime(1000, folder)).toBe(join(folder, 'limber'));
  expect(runtime(1000), 'no session').toBe(join(tmpdir(), 'limber-1000'));
  expect(runtime(1000, join(folder, 'gone'))).toBe(join(tmpdir(), 'limber-1000'));
});

test('a private folder is made, or closed to others when it is already there', () => {
  const path = join(folder, 'above', 'own');
  makePrivateFolder(path, process.getuid!());
  expect(statSync(path).mode & 0o777).toBe(0o700);
  chmodSync(path, 0o777);
  makePrivateFolder(path, process.getuid!());
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test("another user's folder and a link are refused", () => {
  const own = process.getuid!();
  const unsafe = expect.objectContaining({ code: 'folder-unsafe' });
  mkdirSync(join(folder, 'theirs'));
  expect(() => makePrivateFolder(join(folder, 'theirs'), own + 1)).toThrow(unsafe);
  symlinkSync(folder, join(folder, 'link'));
  expect(() => makePrivateFolder(join(folder, 'link'), own)).toThrow(unsafe);
});
