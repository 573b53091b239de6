import { expect, test } from 'vitest';
import type { OutsideProcess, WaitsFor } from '#model/outside.ts';
import { PlaceUse } from './place-use.ts';
import { summarize } from './summarize.ts';
import { doingWhile } from './waiting.ts';

const MIB = 2 ** 20;

function process(
  pid: number,
  name: string,
  waitsFor: WaitsFor,
  change: Partial<OutsideProcess> = {},
): OutsideProcess {
  const isRunning = waitsFor === 'nothing';
  return {
    pid,
    parentPid: 1,
    name,
    threads: 1,
    states: {
      running: isRunning ? 1 : 0,
      sleeping: isRunning ? 0 : 1,
      blocked: 0,
      zombie: 0,
    },
    doing: doingWhile(waitsFor),
    waitsFor,
    cpuCores: isRunning ? 1 : 0,
    cpuSeconds: 1,
    memoryBytes: MIB,
    startTicks: pid,
    ...change,
  };
}

const look = (processes: readonly OutsideProcess[]) => summarize(processes, new PlaceUse());

test('a make: its compiler is the place', () => {
  const view = look([
    process(10, 'make', 'child'),
    process(11, 'sh', 'child', { parentPid: 10 }),
    process(12, 'cc1', 'nothing', { parentPid: 11 }),
  ]);
  expect(view).toMatchObject({ doing: 'computing', place: 'cc1', processCount: 3, threadCount: 3 });
  expect(view.states).toEqual({ running: 1, sleeping: 2, blocked: 0, zombie: 0 });
});

test('whoever waits for another process tells less than that one', () => {
  const download = process(12, 'curl', 'network', { parentPid: 10 });
  const unpack = process(13, 'tar', 'pipe', { parentPid: 10 });
  const view = look([process(10, 'bash', 'child'), download, unpack]);
  expect(view.doing).toBe('waiting-network');
});

test('zombies are counted and say nothing', () => {
  const zombie = process(12, 'old', 'timer', {
    states: { running: 0, sleeping: 0, blocked: 0, zombie: 1 },
  });
  const view = look([process(10, 'cat', 'terminal'), zombie]);
  expect(view).toMatchObject({ doing: 'waiting-io', place: 'cat', states: { zombie: 1 } });
});

test('the eight that use most, CPU first', () => {
  const many = Array.from({ length: 20 }, (_, index) =>
    process(100 + index, `p${index}`, 'timer', { memoryBytes: index * MIB, cpuCores: Number.NaN }),
  );
  const { top } = look([...many, process(90, 'busy', 'nothing', { cpuCores: 0.7 })]);
  expect(top.map(({ name }) => name)).toEqual([
    'busy',
    'p19',
    'p18',
    'p17',
    'p16',
    'p15',
    'p14',
    'p13',
  ]);
});

test('nothing runs: nothing is said', () => {
  expect(look([])).toMatchObject({ doing: 'sleeping', place: '', processCount: 0, top: [] });
});

test('a late look: what ran before the command that runs now is not its own', () => {
  const use = new PlaceUse();
  const bash = (cpuCores: number) => process(10, 'bash', 'child', { cpuCores });
  const spin = process(12, 'spin', 'nothing', { parentPid: 10, cpuCores: 0.9 });
  const sleep = process(13, 'sleep', 'timer', { parentPid: 10 });
  expect(summarize([bash(0), spin], use)).toMatchObject({ place: 'spin', placeCores: 0.9 });
  // Since then bash itself has computed, and `spin` is about to be buried.
  const buried = { ...spin, states: { running: 0, sleeping: 0, blocked: 0, zombie: 1 } };
  const late = summarize([bash(0.5), buried, sleep], use);
  expect(late).toMatchObject({ place: 'bash', placeCores: 0.5 });
  expect(summarize([bash(0), sleep], use)).toMatchObject({ place: 'sleep', placeCores: 0 });
});

test('a shell that computed and then started a command that does not', () => {
  const use = new PlaceUse();
  const bash = process(10, 'bash', 'nothing', { cpuCores: 1 });
  expect(summarize([bash], use).placeCores).toBe(1);
  const sleep = process(13, 'sleep', 'timer', { parentPid: 10, cpuCores: 0 });
  const busy = process(10, 'bash', 'child', { cpuCores: 0.01 });
  expect(summarize([busy, sleep], use)).toMatchObject({ place: 'sleep', placeCores: 0 });
});

test('what runs beside a command counts for it: a pipeline, and the parts of a build', () => {
  const use = new PlaceUse();
  const pipeline = [process(11, 'tr', 'nothing'), process(12, 'gzip', 'nothing')];
  expect(summarize(pipeline, use).placeCores).toBe(1);
  expect(summarize(pipeline, use).placeCores).toBe(2);
  const build = [process(21, 'cc1', 'nothing'), process(22, 'cc1', 'nothing')];
  expect(summarize(build, use).placeCores).toBe(2);
  const unknown = process(22, 'cc1', 'nothing', { cpuCores: Number.NaN });
  expect(summarize([unknown], use).placeCores).toBe(0);
});
