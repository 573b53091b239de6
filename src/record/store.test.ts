import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  aDecision,
  anAllocation,
  aPoint,
  aSubmission,
  aSummary,
} from '../../test/fixtures/record/run.ts';
import { openStore } from './store.ts';

const DAY_MS = 86_400_000;
const FIXTURES = join(import.meta.dirname, '../../test/fixtures/record');
const SOURCE = '--conditions=limber-source';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-store-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function beginning(id: string, startedAtMs = 1_000) {
  return {
    id,
    startedAtMs,
    title: 'job.py',
    submission: aSubmission,
    controllerPid: 4242,
    controllerStartTicks: 777,
  };
}

test('a run is read back as it was written', () => {
  const store = openStore(folder);
  store.begin(beginning('aaa111'));
  store.launched('aaa111', {
    initial: { ...anAllocation, cpuCores: Number.POSITIVE_INFINITY },
    initialReasons: ['nothing is known'],
    enforcement: { kind: 'enforce', cgroupVersion: 1 },
  });
  const recorder = store.recorder('aaa111');
  const progress = {
    fraction: 0.4,
    secondsLeft: { low: 1, high: 2.5 },
    peakBytes: { low: 1e8, high: 2e8 },
  };
  const points = [aPoint(), aPoint({ atSeconds: 0.2, memoryStalled: true, progress })];
  for (const point of points) recorder.point(point);
  recorder.decision(aDecision);
  recorder.note({ code: 'tmp-full', text: '/tmp is full.' });
  expect(recorder.close()).toBeUndefined();
  expect(store.get('aaa111').outcome).toBeUndefined();
  const summary = aSummary({ execution: 'aaa111' });
  store.finish('aaa111', summary);
  store.close();

  const reopened = openStore(folder);
  const run = reopened.get('aaa');
  expect(run).toMatchObject({
    id: 'aaa111',
    controllerStartTicks: 777,
    outcome: 'succeeded',
    summary,
  });
  expect(run.launched?.initial.cpuCores).toBe(Number.POSITIVE_INFINITY);
  expect(reopened.timeline('aaa111')).toEqual(points);
  expect(reopened.decisions('aaa111')).toEqual([aDecision]);
  expect(reopened.notes('aaa111')).toEqual([{ code: 'tmp-full', text: '/tmp is full.' }]);
  reopened.close();
});

test('values of environment variables are not recorded, and others cannot read the rest', () => {
  const store = openStore(folder);
  store.begin(beginning('aaa111'));
  expect(store.get('aaa111').submission.env).toEqual({ TOKEN: '(not recorded)' });
  expect(statSync(join(folder, 'store.sqlite')).mode & 0o777).toBe(0o600);
  store.close();
});

test('unknown and ambiguous ids say what to do', () => {
  const store = openStore(folder);
  for (const id of ['abc1', 'abc2', 'abd1', 'ab']) store.begin(beginning(id));
  expect(store.get('abd').id).toBe('abd1');
  expect(store.get('ab').id, 'a whole id wins over a prefix').toBe('ab');
  const unknown = { code: 'execution-unknown', exitCode: 66 };
  expect(() => store.get('xyz')).toThrow(expect.objectContaining(unknown));
  expect(() => store.get('')).toThrow(expect.objectContaining(unknown));
  expect(() => store.get('a%')).toThrow(expect.objectContaining(unknown));
  expect(() => store.get('abc')).toThrow(/several begin with it \(.*abc1/);
  store.close();
});

test('lists the newest first, running or ended', () => {
  const store = openStore(folder);
  ['a', 'b', 'c'].forEach((id, index) => store.begin(beginning(id, index)));
  store.finish('b', aSummary());
  const ids = (options: Parameters<typeof store.list>[0]) =>
    store.list(options).map(({ id }) => id);
  expect(ids({ limit: 2 })).toEqual(['c', 'b']);
  expect(ids({ limit: 9, running: true })).toEqual(['c', 'a']);
  expect(ids({ limit: 9, running: false })).toEqual(['b']);
  store.close();
});

test('a lost run is marked once and never over a real end', () => {
  const store = openStore(folder);
  store.begin(beginning('lost'));
  store.begin(beginning('done'));
  store.finish('done', aSummary());
  for (const id of ['lost', 'done']) store.markLost(id, 'controller gone');
  expect(store.get('lost')).toMatchObject({ outcome: 'lost', lostText: 'controller gone' });
  expect(store.get('done').outcome).toBe('succeeded');
  store.close();
});

test('prunes by count and by age, with output, but never a run that has not ended', () => {
  const store = openStore(folder);
  const nowMs = Date.now();
  const ages = { running: 90, old: 40, third: 3, second: 2, first: 1 };
  for (const [id, days] of Object.entries(ages)) {
    store.begin(beginning(id, nowMs - days * DAY_MS));
    mkdirSync(store.logFolder(id));
    if (id !== 'running') store.finish(id, aSummary());
  }
  const orphan = join(folder, 'runs', 'orphan');
  mkdirSync(orphan);
  expect(store.prune({ keepRuns: 2, keepDays: 30, nowMs }).toSorted()).toEqual(['old', 'third']);
  expect(store.list({ limit: 9 }).map(({ id }) => id)).toEqual(['first', 'second', 'running']);
  expect(['old', 'third'].some((id) => existsSync(store.logFolder(id)))).toBe(false);
  expect(existsSync(store.logFolder('first'))).toBe(true);
  expect(existsSync(orphan), 'it may just have been made').toBe(true);
  utimesSync(orphan, 1, 1);
  store.prune({ keepRuns: 2, keepDays: 30, nowMs });
  expect(existsSync(orphan)).toBe(false);
  store.close();
});

test('after a run it prunes at once, and then not for a while', () => {
  const store = openStore(folder);
  const retention = { keepRuns: 1, keepDays: 30, nowMs: Date.now() };
  const end = (id: string, startedAtMs: number) => {
    store.begin(beginning(id, startedAtMs));
    store.finish(id, aSummary());
    store.pruneAfterRun(retention);
    return store.list({ limit: 9 }).length;
  };
  store.begin(beginning('before', retention.nowMs - 9));
  store.finish('before', aSummary());
  expect(end('first', retention.nowMs - 2)).toBe(1);
  expect(end('second', retention.nowMs - 1)).toBe(2);
  store.close();
});

test('removing a run removes its readings', () => {
  const store = openStore(folder);
  store.begin(beginning('aaa'));
  const recorder = store.recorder('aaa');
  recorder.point(aPoint());
  recorder.close();
  store.remove('aaa');
  expect(store.timeline('aaa')).toEqual([]);
  store.close();
});

test('a damaged or foreign file is refused with what to do', () => {
  const path = join(folder, 'store.sqlite');
  writeFileSync(path, 'this is not a database, but long enough to look like one'.repeat(20));
  expect(() => openStore(folder)).toThrow(
    expect.objectContaining({
      code: 'store-unavailable',
      message: expect.stringMatching(/move it away.*LIMBER_HOME/s),
    }),
  );
});

test('a folder that cannot be made is refused with what to do', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => openStore(join(folder, 'file'))).toThrow(
    expect.objectContaining({ code: 'store-unavailable' }),
  );
});

test('several processes open a new store and record at once', async () => {
  const ids = ['p1', 'p2', 'p3', 'p4'];
  const run = promisify(execFile);
  await Promise.all(
    ids.map((id) =>
      run(process.execPath, [SOURCE, join(FIXTURES, 'record-one-run.ts'), folder, id]),
    ),
  );
  const store = openStore(folder);
  expect(
    store
      .list({ limit: 9, running: false })
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(ids);
  for (const id of ids) expect(store.timeline(id)).toHaveLength(300);
  store.close();
}, 30_000);

test('a writer that is killed leaves a store that opens, without gaps', async () => {
  const store = openStore(folder);
  store.begin(beginning('killed'));
  const writer = spawn(process.execPath, [
    SOURCE,
    join(FIXTURES, 'write-until-killed.ts'),
    folder,
    'killed',
  ]);
  await once(writer.stdout, 'data');
  await expect
    .poll(() => store.timeline('killed').length, { timeout: 10_000 })
    .toBeGreaterThan(500);
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  store.close();

  const reopened = openStore(folder);
  const seconds = reopened.timeline('killed').map(({ atSeconds }) => atSeconds);
  expect(seconds).toEqual(seconds.map((_, index) => index / 10));
  const recorder = reopened.recorder('killed');
  recorder.point(aPoint({ atSeconds: 1e6 }));
  expect(recorder.close()).toBeUndefined();
  expect(reopened.timeline('killed').at(-1)?.atSeconds).toBe(1e6);
  reopened.close();
}, 30_000);
