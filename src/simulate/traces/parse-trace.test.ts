import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTraces } from './parse-trace.ts';

test('CSV in the units of others, several programs in one file', () => {
  const text = 'id,t,memoryMB,cpuPercent\na,10,12,50\na,11,13,100\nb,0,1,0\nb,2,2,5\n';
  expect(parseTraces('/x/usage.csv', text)).toEqual([
    {
      id: 'a',
      readings: [
        { atSeconds: 0, memoryBytes: 12e6, cpuCores: 0.5 },
        { atSeconds: 1, memoryBytes: 13e6, cpuCores: 1 },
      ],
    },
    {
      id: 'b',
      readings: [
        { atSeconds: 0, memoryBytes: 1e6, cpuCores: 0 },
        { atSeconds: 2, memoryBytes: 2e6, cpuCores: 0.05 },
      ],
    },
  ]);
});

test('JSON Lines, a reading a line or a program a line', () => {
  const lines =
    '{"seconds":0,"memoryBytes":1,"cpuCores":1}\n\n{"seconds":1,"memoryBytes":2,"cpuCores":0}';
  const columns = '{"id":"a","seconds":[0,1],"memoryBytes":[1,2],"cpuCores":[1,0]}';
  const [one] = parseTraces('one.jsonl', lines);
  const [other] = parseTraces('other.jsonl', columns);
  expect(one?.id).toBe('one');
  expect(other).toEqual({ ...one, id: 'a' });
});

test.each([
  [
    't,memoryMB\n0,1\n',
    2,
    'expected a column cpuCores or cpuCoresUsed or cpuPercent, got t, memoryMB',
  ],
  [
    't,memoryMB,cpuCores\n0,1,1\n1,x,1\n',
    3,
    'expected memoryMB to be a number of at least 0, got "x"',
  ],
  ['t,memoryMB,cpuCores\n0,1,1\n1,-2,1\n', 3, 'of at least 0, got "-2"'],
  ['t,memoryMB,cpuCores\n0,1,1\n0,1,1\n', 3, 'expected a time after 0 s, got 0 s. Sort'],
  ['t,memoryMB,cpuCores\n0,1,1\n', 2, 'expected at least two readings of bad, got 1'],
  ['t,memoryMB,cpuCores\n', 1, 'expected a header and readings, got no reading'],
  ['t,memoryMB,cpuCores\n0,1\n', 2, 'expected CSV, got Invalid Record Length'],
  ['{"t":0}\nnonsense\n', 2, 'expected a JSON object, got nonsense'],
  ['{"t":[0,1],"memoryMB":[1],"cpuCores":[1,1]}', 1, 'expected 2 values of memoryMB, as many as'],
])('what is wrong with %j is said, with its line', (text, line, words) => {
  expect(() => parseTraces('/x/bad.csv', text)).toThrow(`Trace /x/bad.csv, line ${line}: `);
  expect(() => parseTraces('/x/bad.csv', text)).toThrow(words);
});

test('whatever a file holds, it is a trace or refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(['a trace', 'trace-invalid']).toContain(readingOf(text));
    }),
  );
});

function readingOf(text: string): unknown {
  try {
    return parseTraces('x', text).every(({ readings }) => readings.length > 1) && 'a trace';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
