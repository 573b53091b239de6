import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LoopProgress } from '#model/forecast.ts';
import { openOutputLog } from '#record/output-log.ts';
import { openStore, type Store } from '#record/store.ts';
import { aSubmission } from '../../test/fixtures/record/run.ts';
import { decision, START, SUMMARY, TIMELINE } from '../../test/fixtures/sample-run.ts';
import { readingCommands } from './reading-commands.ts';
import { plainStyle } from './style.ts';

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const MIB = 2 ** 20;

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-reading-'));
  store = openStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

type Given = { ageSeconds?: number; title?: string; ended?: boolean; progress?: LoopProgress };

function record(id: string, given: Given = {}): void {
  const { ageSeconds = 60, title = 'job.py', ended = true, progress } = given;
  store.begin({
    id,
    title,
    startedAtMs: NOW_MS - ageSeconds * 1000,
    submission: aSubmission,
    controllerPid: 1,
    controllerStartTicks: 1,
  });
  const enforcement = { kind: 'enforce', cgroupVersion: 2 } as const;
  store.launched(id, {
    initial: START,
    initialReasons: ['nothing is known of this code'],
    enforcement,
  });
  const recorder = store.recorder(id);
  for (const entry of TIMELINE) recorder.point({ ...entry, ...(progress && { progress }) });
  recorder.decision(decision(1.24, { to: { ...START, memoryBytes: 180 * MIB } }));
  recorder.note({ code: 'tmp-full', text: '/tmp is full.' });
  recorder.close();
  if (ended) store.finish(id, { ...SUMMARY, execution: id });
}

function commands(columns = 100) {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    write: (bytes: Uint8Array | string) => {
      written[name] += bytes.toString();
      return Promise.resolve(true);
    },
    isOpen: () => true,
    problem: () => undefined,
  });
  const reading = readingCommands({
    reader: store,
    stdout: output('stdout'),
    stderr: output('stderr'),
    style: plainStyle({ columns }),
    nowMs: () => NOW_MS,
  });
  return { reading, written };
}

test('ps lists what runs, and with --all what ran, newest first', async () => {
  record('aaa', { ageSeconds: 7200 });
  record('bbb', { title: 'make -j8\nrm', ended: false });
  const { reading, written } = commands();
  expect(await reading.ps({ all: true, json: false, quiet: false })).toBe(0);
  expect(written.stdout).toMatchInlineSnapshot(`
    "ID   AGE  STATUS     POLICY            CPU         MEMORY  COMMAND
    bbb  60s  running    predictive  100m/200m  50.2Mi/58.9Mi  make -j8 rm
    aaa   2h  succeeded  predictive       982m         1.55Gi  job.py
    "
  `);
  written.stdout = '';
  await reading.ps({ all: false, json: false, quiet: true });
  expect(written.stdout).toBe('bbb\n');
  written.stdout = '';
  await reading.ps({ all: true, json: true, quiet: false });
  expect(JSON.parse(written.stdout)).toMatchObject([
    { execution: 'bbb', status: 'running', policy: 'predictive', latest: { activity: 'waiting' } },
    { execution: 'aaa', status: 'succeeded', startedAt: '2026-01-01T10:00:00.000Z' },
  ]);
});

test('a long command gives way to the width of the terminal', async () => {
  record('aaa', { title: `python ${'x'.repeat(500)}` });
  const { reading, written } = commands(80);
  await reading.ps({ all: true, json: false, quiet: false });
  const widths = written.stdout.split('\n').map((line) => [...line].length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  expect(written.stdout).toContain('…');
});

test('show tells the facts of the newest run', async () => {
  record('aaa', { ageSeconds: 7200 });
  record('bbb');
  const { reading, written } = commands();
  expect(await reading.show({ id: 'last', json: false })).toBe(0);
  expect(written.stdout).toMatchInlineSnapshot(`
    "  run         bbb
      command     job.py
      started     2026-01-01 11:59:00 UTC, 60s ago
      outcome     succeeded after 12.0 s, exit code 0
      policy      predictive, mode auto
      code        python
      first size  CPU 1 · memory 64Mi · network ↓20M ↑20M
                  nothing is known of this code
      bounds      CPU 1 · memory 64Mi · network ↓20M ↑20M
      resizing    through cgroup v2

                     used     reserved  slack    peak  resizes  held up
      CPU     11.8 core-s  13.2 core-s   11 %     1.9       14  0.31 s throttled
      memory    9.4 GiB-s   10.9 GiB-s   14 %  1.55Gi       23  –
      1 cut was taken back

      CPU     allocated  ███████████▁▁▁▁▁▁▁▁▁▁███████████▁▁▁▁▁▁▁▁▁▁███████████▁▁▁▁▁▁▁  200m to 2
              used       ███████████▁▁▁▁▁▁▁▁▁▁███████████▁▁▁▁▁▁▁▁▁▁███████████▁▁▁▁▁▁▁  up to 1.9

      memory  allocated  ▁▁▁▁▁▁▂▂▂▃▃▃▄▄▄▅▅▆▆▆▇▇▇███████████████▇▇▇▆▆▅▅▅▄▄▃▃▃▂▂▂▁▁▁▁▁▁  58.9Mi to 1.78Gi
              used       ▁▁▁▁▁▁▂▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▆▇▇▇▇▇▇▇▇▇▇▇▇▇▇▆▆▆▆▅▅▅▄▄▄▃▃▃▂▂▂▂▁▁▁▁▁▁  up to 1.52Gi

      note  /tmp is full.
    "
  `);
  written.stdout = '';
  await reading.show({ id: 'aa', json: true });
  const shown = JSON.parse(written.stdout) as { timeline: unknown[] };
  expect(shown).toMatchObject({ execution: 'aaa', summary: { outcome: 'succeeded' } });
  expect(shown.timeline).toHaveLength(TIMELINE.length);
});

test('explain tells why, in sentences that fit the terminal', async () => {
  record('aaa');
  const { reading, written } = commands(80);
  expect(await reading.explain({ id: 'aaa', all: false, json: false })).toBe(0);
  expect(written.stdout).toBe(
    [
      'It began with CPU 1 · memory 64Mi · network ↓20M ↑20M: nothing is known of this',
      '  code.',
      'At 1.24 s memory went from 64Mi to 180Mi: it uses 60Mi of 64Mi and may reach',
      '  170Mi within 30 ms.',
      '',
    ].join('\n'),
  );
  written.stdout = '';
  await reading.explain({ id: 'aaa', all: false, json: true });
  expect(JSON.parse(written.stdout)).toMatchObject({
    sentences: [expect.stringContaining('At 1.24 s')],
    decisions: [{ atSeconds: 1.24 }],
  });
});

function recordOutput(id: string, output: { stdout?: Buffer; stderr?: Buffer }, keptBytes = 1024) {
  const log = openOutputLog(store.logFolder(id), keptBytes);
  for (const name of ['stdout', 'stderr'] as const) if (output[name]) log.write(name, output[name]);
  log.close();
}

test('logs writes the recorded bytes, each where it was written', async () => {
  record('aaa');
  recordOutput('aaa', { stdout: Buffer.from('out\n'), stderr: Buffer.from('err\n') });
  const both = commands();
  expect(await both.reading.logs({ id: 'aaa', streams: 'both', json: false })).toBe(0);
  expect(both.written).toEqual({ stdout: 'out\n', stderr: 'err\n' });
  const one = commands();
  await one.reading.logs({ id: 'aaa', streams: 'stderr', json: false });
  expect(one.written).toEqual({ stdout: 'err\n', stderr: '' });
  const json = commands();
  await json.reading.logs({ id: 'aaa', streams: 'both', json: true });
  expect(JSON.parse(json.written.stdout)).toEqual({
    stdout: { text: 'out\n', omittedBytes: 0 },
    stderr: { text: 'err\n', omittedBytes: 0 },
  });
});

test('logs says how much was not kept', async () => {
  record('aaa');
  recordOutput('aaa', { stdout: Buffer.alloc(100_000, 'x') });
  const { reading, written } = commands();
  await reading.logs({ id: 'aaa', streams: 'stdout', json: false });
  expect(written.stdout).toMatch(/^x{512,1024}$/);
  const omitted = 100_000 - written.stdout.length;
  expect(written.stderr).toBe(
    `limber: ${Math.round(omitted / 1000)} kB of stdout were not kept and are missing here.\n`,
  );
});

test('logs of a run that wrote nothing are empty; bytes that are no text travel as base64', async () => {
  record('aaa');
  const { reading, written } = commands();
  expect(await reading.logs({ id: 'aaa', streams: 'both', json: false })).toBe(0);
  expect(written).toEqual({ stdout: '', stderr: '' });
  recordOutput('aaa', { stdout: Buffer.from([0xff, 0]) });
  await reading.logs({ id: 'aaa', streams: 'stdout', json: true });
  expect(JSON.parse(written.stdout)).toEqual({ stdout: { base64: '/wA=', omittedBytes: 0 } });
});

test('show says where the loop leads that is under way, and no more when the run has ended', async () => {
  const progress = {
    fraction: 0.48,
    secondsLeft: { low: 3.2, high: 3.9 },
    peakBytes: { low: 140 * MIB, high: 155 * MIB },
  };
  const text = /progress +48 % of its loop, 3–4 s left, up to 140–155Mi of memory/;
  record('run1', { ended: false, progress });
  const running = commands();
  await running.reading.show({ id: 'run1', json: false });
  expect(running.written.stdout).toMatch(text);
  await running.reading.show({ id: 'run1', json: true });
  const { timeline } = JSON.parse(
    running.written.stdout.slice(running.written.stdout.indexOf('{')),
  );
  expect(timeline.at(-1).progress).toEqual(progress);
  store.finish('run1', { ...SUMMARY, execution: 'run1' });
  const ended = commands();
  await ended.reading.show({ id: 'run1', json: false });
  expect(ended.written.stdout).not.toMatch(text);
});

test('a run that nobody knows is refused', () => {
  const { reading } = commands();
  expect(() => reading.show({ id: 'last', json: false })).toThrow(
    'No run "last" is recorded: nothing was run yet',
  );
  expect(() => reading.show({ id: 'zzz', json: false })).toThrow('No run "zzz" is recorded');
});
