import { expect, test } from 'vitest';
import type { OutsideProcess, WaitsFor } from '#model/outside.ts';
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

test('a make: its compiler is the place', () => {
  const view = summarize([
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
  const view = summarize([process(10, 'bash', 'child'), download, unpack]);
  expect(view.doing).toBe('waiting-network');
});

test('zombies are counted and say nothing', () => {
  const zombie = process(12, 'old', 'timer', {
    states: { running: 0, sleeping: 0, blocked: 0, zombie: 1 },
  });
  const view = summarize([process(10, 'cat', 'terminal'), zombie]);
  expect(view).toMatchObject({ doing: 'waiting-io', place: 'cat', states: { zombie: 1 } });
});

test('the eight that use most, CPU first', () => {
  const many = Array.from({ length: 20 }, (_, index) =>
    process(100 + index, `p${index}`, 'timer', { memoryBytes: index * MIB, cpuCores: Number.NaN }),
  );
  const { top } = summarize([...many, process(90, 'busy', 'nothing', { cpuCores: 0.7 })]);
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
  expect(summarize([])).toMatchObject({ doing: 'sleeping', place: '', processCount: 0, top: [] });
});
