import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { parseCounters, writeSample } from './reading.ts';

const LINE = 'v1 1000 200 3 5000 6000 1000 0 2 7 1 10 20';

test('a line of numbers becomes counters, anything else nothing', () => {
  expect(parseCounters(LINE)).toMatchObject({ cpuUsec: 1000, processes: 7, sentBytes: 20 });
  for (const line of [
    '',
    'v2 1',
    LINE.replace('1000', '-1'),
    LINE.replace('1000', 'x'),
    `${LINE} 1`,
  ])
    expect(parseCounters(line), line).toBeUndefined();
});

test('a container whose limit was in the way again stands still when it is full', () => {
  const counters = parseCounters(LINE)!;
  const sample = emptySample();
  writeSample(sample, counters, { atMs: 5, limitBytes: 4000, timesFullBefore: 1 });
  expect(sample).toMatchObject({ memoryWorkingSetBytes: 4000, memoryStalled: true });
  writeSample(sample, counters, { atMs: 6, limitBytes: 4000, timesFullBefore: 2 });
  expect(sample.memoryStalled).toBe(false);
});
