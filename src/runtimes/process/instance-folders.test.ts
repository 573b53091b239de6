import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  listInstanceIds,
  makeWhole,
  removeStateFolder,
  stateFolderOf,
  sweepUnfinished,
} from './instance-folders.ts';
import { CONTROLLER_FOLDER } from './this-controller.ts';

let runtimeFolder = '';
beforeEach(() => {
  runtimeFolder = mkdtempSync(join(tmpdir(), 'limber-folders-'));
  mkdirSync(join(runtimeFolder, 'instances'));
});
afterEach(() => rmSync(runtimeFolder, { recursive: true, force: true }));

const hasRecord = (folder: string) => existsSync(join(folder, 'instance.json'));
const ids = () => listInstanceIds(runtimeFolder);

function fill(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'instance.json'), '{}');
}

test('a state folder is there with its record, or not at all', async () => {
  const folder = stateFolderOf(runtimeFolder, 'a');
  makeWhole(folder, (unfinished) => {
    mkdirSync(unfinished);
    expect(ids()).toEqual([]);
    writeFileSync(join(unfinished, 'instance.json'), '{}');
  });
  expect([ids(), hasRecord(folder)]).toEqual([['a'], true]);
  await removeStateFolder(folder);
  await removeStateFolder(folder);
  expect(ids()).toEqual([]);
});

test('what a controller that is gone was making or removing goes with the next sweep', async () => {
  const gone = spawnSync('true').pid;
  const [abandoned, underWay] = [`.a.c${gone}-1`, `.b.${CONTROLLER_FOLDER}`];
  for (const name of [abandoned, underWay, 'whole', 'young', 'old'])
    fill(stateFolderOf(runtimeFolder, name));
  for (const name of ['young', 'old'])
    rmSync(join(stateFolderOf(runtimeFolder, name), 'instance.json'));
  utimesSync(stateFolderOf(runtimeFolder, 'old'), 0, 0);
  await sweepUnfinished(runtimeFolder, hasRecord);
  const left = [abandoned, underWay, 'whole', 'young', 'old'].filter((name) =>
    existsSync(stateFolderOf(runtimeFolder, name)),
  );
  expect(left).toEqual([underWay, 'whole', 'young']);
});
