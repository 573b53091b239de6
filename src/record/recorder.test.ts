import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aPoint, aSubmission } from '../../test/fixtures/record/run.ts';
import { openStore, type Store } from './store.ts';

let folder: string;
let elapsedMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-recorder-'));
  elapsedMs = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const nowMs = () => elapsedMs;

function begun(at: string): Store {
  const store = openStore(at);
  store.begin({
    id: 'run',
    startedAtMs: 0,
    title: 'run',
    submission: aSubmission,
    controllerPid: 1,
    controllerStartTicks: 1,
  });
  return store;
}

test('writes once a second or every 200 rows', () => {
  const store = begun(folder);
  const recorder = store.recorder('run', { nowMs });
  const record = (count: number) => {
    for (let index = 0; index < count; index++) recorder.point(aPoint());
    return store.timeline('run').length;
  };
  expect(record(199)).toBe(0);
  expect(record(1)).toBe(200);
  elapsedMs = 999;
  expect(record(1)).toBe(200);
  elapsedMs = 1_000;
  expect(record(1)).toBe(202);
  recorder.close();
  store.close();
});

test("another writer's transaction delays rows and is no problem", () => {
  const store = begun(folder);
  const recorder = store.recorder('run', { nowMs });
  const other = new DatabaseSync(join(folder, 'store.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  recorder.point(aPoint());
  expect(recorder.flush()).toBeUndefined();
  expect(store.timeline('run')).toHaveLength(0);
  other.exec('COMMIT');
  other.close();
  expect(recorder.flush()).toBeUndefined();
  expect(store.timeline('run')).toHaveLength(1);
  recorder.close();
  store.close();
});

test('a run that goes on is recorded after others have ended, and after its store was closed', () => {
  const store = begun(folder);
  const [ended, other] = [store.recorder('run', { nowMs }), store.recorder('run', { nowMs })];
  other.point(aPoint());
  expect(ended.close()).toBeUndefined();
  store.close();
  expect(other.close()).toBeUndefined();
  const again = openStore(folder);
  expect(again.timeline('run')).toHaveLength(1);
  again.close();
});

test('rows of a run that was removed are counted as lost, without an exception', () => {
  const store = begun(folder);
  const recorder = store.recorder('run', { nowMs });
  store.remove('run');
  recorder.point(aPoint());
  expect(recorder.flush()).toMatchObject({ failedWrites: 1, lostRows: 0 });
  expect(recorder.flush(), 'reported once').toBeUndefined();
  expect(recorder.close()).toMatchObject({ failedWrites: 3, lostRows: 1 });
  store.close();
});

test('a full disk is reported once and its rows are written later', ({ skip }) => {
  const small = join(folder, 'small');
  const mounted = spawnSync('mount', ['-m', '-t', 'tmpfs', '-o', 'size=600k', 'none', small]);
  skip(mounted.status !== 0, 'mounting a small tmpfs needs root');
  try {
    const store = begun(small);
    const recorder = store.recorder('run', { nowMs });
    fill(join(small, 'ballast'));
    const problems = Array.from({ length: 3_000 }, (_, index) => {
      elapsedMs = index * 10;
      return recorder.point(aPoint({ atSeconds: index }));
    }).filter((problem) => problem !== undefined);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.text).toMatch(/disk is full/);
    spawnSync('mount', ['-o', 'remount,size=8m', small]);
    expect(recorder.close()).toBeUndefined();
    expect(store.timeline('run')).toHaveLength(3_000);
    store.close();
  } finally {
    spawnSync('umount', [small]);
  }
});

function fill(path: string): void {
  const write = () => writeFileSync(path, Buffer.alloc(2 ** 20));
  expect(write).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
}
