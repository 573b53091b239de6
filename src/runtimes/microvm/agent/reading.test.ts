import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { parseEnd, parseSample, writeGuestPart } from './reading.ts';

const LINE = 'v1 1000 100 150 20 1 7 3 2 10 20 2048 5000 64';

test('a line of a guest becomes its part of a sample', () => {
  const sample = emptySample();
  writeGuestPart(sample, parseSample(LINE)!, { timesFullBefore: 6, limitBytes: 100 });
  expect(sample).toMatchObject({
    memoryBytes: 100,
    memoryWorkingSetBytes: 80,
    memoryReclaimableBytes: 20,
    memoryPeakBytes: 150,
    memoryStalled: true,
    memoryStalledMsTotal: 5,
    oomKillsTotal: 1,
    processCount: 3,
    forksRefusedTotal: 2,
  });
  writeGuestPart(sample, parseSample(LINE)!, { timesFullBefore: 7, limitBytes: 100 });
  expect(sample.memoryStalled).toBe(false);
});

test.each(['', 'v2 1 2 3', `${LINE} 1`, LINE.replace('100', '-1'), LINE.replace('100', 'NaN')])(
  '%j is no line of numbers',
  (line) => {
    expect(parseSample(line)).toBeUndefined();
  },
);

test('the end of a program', () => {
  expect(parseEnd('v1 1 -1 9 10 20 5 6')).toEqual({
    started: true,
    exitCode: undefined,
    signalNumber: 9,
    tmp: { usedBytes: 10, sizeBytes: 20 },
    stdoutBytes: 5,
    stderrBytes: 6,
  });
  expect(parseEnd('v1 1 0')).toBeUndefined();
});
