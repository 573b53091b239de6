import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeDeadControls } from './remove-dead.ts';
import { controlPath, openControl } from './server.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-control-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LISTEN =
  'require("net").createServer().listen(process.argv[1], () => console.log("listening"))';
const warn = (problem: string): void => expect.fail(problem);
const makeOld = (path: string) => utimesSync(path, 0, 0);

/** A process that listens on the control socket of a run. */
async function controllerOf(id: string) {
  const path = controlPath(folder, id);
  const child = spawn(process.execPath, ['-e', LISTEN, path]);
  await once(child.stdout, 'data');
  makeOld(path);
  return { child, path };
}

test('sockets of killed controllers go, those that somebody listens on stay', async () => {
  const answer = { accepted: true, text: 'yes' };
  const close = openControl(controlPath(folder, 'own'), () => answer, warn);
  const [killed, stopped] = [await controllerOf('killed'), await controllerOf('stopped')];
  makeOld(controlPath(folder, 'own'));
  stopped.child.kill('SIGSTOP');
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  expect(existsSync(killed.path)).toBe(true);
  await removeDeadControls(folder);
  expect(existsSync(killed.path)).toBe(false);
  expect(existsSync(stopped.path)).toBe(true);
  expect(existsSync(controlPath(folder, 'own'))).toBe(true);
  stopped.child.kill('SIGKILL');
  close();
});

test('what has just been made may not be listened on yet; a plain file is nobody', async () => {
  openControl(controlPath(folder, 'any'), () => ({ accepted: true, text: '' }), warn)();
  const [young, old] = [controlPath(folder, 'young'), controlPath(folder, 'old')];
  for (const path of [young, old]) writeFileSync(path, '');
  makeOld(old);
  await removeDeadControls(folder);
  expect([existsSync(young), existsSync(old)]).toEqual([true, false]);
});

test('where no run ever took orders there is nothing to do', async () => {
  await expect(removeDeadControls(join(folder, 'none'))).resolves.toBeUndefined();
});
