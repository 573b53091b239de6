import { expect, test } from 'vitest';
import type { OutsideProcess } from '#model/outside.ts';
import { ProcessTotals } from './process-totals.ts';

const MIB = 2 ** 20;

function aProcess(change: Partial<OutsideProcess>): OutsideProcess {
  return {
    pid: 10,
    parentPid: 1,
    name: 'sh',
    threads: 1,
    states: { running: 1, sleeping: 0, blocked: 0, zombie: 0 },
    doing: 'computing',
    waitsFor: 'nothing',
    cpuCores: 1,
    cpuSeconds: 1,
    memoryBytes: MIB,
    startTicks: 100,
    ...change,
  };
}

test('CPU time by command: once for each process, however often it is seen', () => {
  const totals = new ProcessTotals();
  totals.add([aProcess({ cpuSeconds: 1 }), aProcess({ pid: 11, name: 'cc1', cpuSeconds: 2 })]);
  totals.add([aProcess({ cpuSeconds: 1.5 }), aProcess({ pid: 12, name: 'cc1', cpuSeconds: 3 })]);
  expect(totals.totals()).toEqual([
    { name: 'cc1', processes: 2, coreSeconds: 5, peakMemoryBytes: MIB },
    { name: 'sh', processes: 1, coreSeconds: 1.5, peakMemoryBytes: MIB },
  ]);
});

test('a shell that becomes another command: each has what was used under its name', () => {
  const totals = new ProcessTotals();
  totals.add([aProcess({ name: 'sh', cpuSeconds: 0.1 })]);
  totals.add([aProcess({ name: 'gzip', cpuSeconds: 2.1, memoryBytes: 5 * MIB })]);
  const [gzip, sh] = totals.totals();
  expect(gzip).toMatchObject({ name: 'gzip', coreSeconds: 2, peakMemoryBytes: 5 * MIB });
  expect(sh).toMatchObject({ name: 'sh', coreSeconds: 0.1 });
});

test('an id that is used again is another process', () => {
  const totals = new ProcessTotals();
  totals.add([aProcess({ cpuSeconds: 5 })]);
  totals.add([aProcess({ cpuSeconds: 0.5, startTicks: 900 })]);
  expect(totals.totals()).toMatchObject([{ processes: 2, coreSeconds: 5.5 }]);
});

test('a flood of commands is bounded, and nothing of its CPU is lost', () => {
  const totals = new ProcessTotals();
  for (let pid = 0; pid < 5000; pid++)
    totals.add([aProcess({ pid, name: `command ${pid}`, cpuSeconds: 1 })]);
  const [others, ...rest] = totals.totals();
  expect(others).toMatchObject({ name: '', coreSeconds: 5000 - 64, processes: 5000 - 64 });
  expect(rest).toHaveLength(7);
});
