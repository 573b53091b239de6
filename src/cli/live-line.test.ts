import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decision, point, START } from '../../test/fixtures/sample-run.ts';
import { createLiveLine } from './live-line.ts';
import { liveLineText } from './live-line-text.ts';
import { besideLiveLine } from './program-output.ts';
import { plainStyle, type Terminal } from './style.ts';
import { visibleWidth } from './text-table.ts';

const MIB = 2 ** 20;
const grown = decision(1, { to: { ...START, memoryBytes: 180 * MIB } });

function terminal({ isTTY = true } = {}) {
  const written: string[] = [];
  const stream = new PassThrough() as unknown as Terminal & { isTTY: boolean; columns: number };
  stream.write = ((text: string) => Boolean(written.push(text))) as Terminal['write'];
  stream.isTTY = isTTY;
  stream.columns = 80;
  let nowMs = 0;
  const line = createLiveLine(stream, { nowMs: () => nowMs, style: () => plainStyle() });
  return { line, written, pass: (ms: number) => void (nowMs += ms) };
}

test('the line shows usage over allocation, the activity and the last resize with its reason', () => {
  const text = liveLineText(point(72.34), grown, plainStyle({ columns: 120 }));
  expect(text).toBe(
    '1:12.3  CPU 500m/1     memory   40Mi/64Mi    computing     memory 64Mi→180Mi: uses 60Mi of 64Mi and may reach 170Mi wi…',
  );
});

const LOOP = {
  fraction: 0.48,
  secondsLeft: { low: 3.2, high: 3.9 },
  peakBytes: { low: 140 * MIB, high: 155 * MIB },
};

test('where a loop leads and its place fit into 80 columns; what it does comes after that', () => {
  const looping = point(12.34, { place: 'job.py:load:5', progress: LOOP });
  expect(liveLineText(looping, grown, plainStyle())).toBe(
    '0:12.3  CPU 500m/1     memory   40Mi/64Mi    48 % 3–4 s →140–155Mi  load:5',
  );
  expect(liveLineText(looping, undefined, plainStyle({ columns: 100 }))).toMatch(
    /→140–155Mi {2}load:5 {2}computing *$/,
  );
  const without = point(12.34, { place: 'job.py:load:5' });
  expect(liveLineText(without, undefined, plainStyle())).toMatch(/computing {5}load:5$/);
});

test('the network shows while it moves', () => {
  const busy = point(1, { ingressBitsPerSecond: 12e6 });
  expect(liveLineText(busy, undefined, plainStyle())).toContain('net ↓12M/20M ↑0/20M');
  expect(liveLineText(point(1), undefined, plainStyle())).not.toContain('net');
});

test('a hostile activity or reason cannot move the cursor', () => {
  const reasons = [{ ...grown.reasons[0]!, text: 'a\n\u001b[2J\rb' }];
  const text = liveLineText(
    point(1, { activity: '\u001b[1A\nx' }),
    { ...grown, reasons },
    plainStyle({ columns: 200 }),
  );
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  expect(text).not.toMatch(/[\u0000-\u001f]/);
});

test('no terminal is ever wrapped, however narrow', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.boolean(),
      fc.boolean(),
      (columns, unicode, colours) => {
        const busy = point(5000, { egressBitsPerSecond: 12e6, place: 'cc1', progress: LOOP });
        const style = plainStyle({ columns, unicode, colours });
        expect(visibleWidth(liveLineText(busy, grown, style))).toBeLessThan(columns);
      },
    ),
  );
});

test('it is drawn at most ten times a second', () => {
  const { line, written, pass } = terminal();
  for (let tick = 0; tick < 100; tick++) {
    line.update(point(tick / 100));
    pass(10);
  }
  expect(written).toHaveLength(10);
});

test('it is gone before the program writes and stays away from an unfinished line', async () => {
  const { line, written, pass } = terminal();
  const output = besideLiveLine(
    {
      write: (bytes) => Promise.resolve(Boolean(written.push(`<${String(bytes)}>`))),
      isOpen: () => true,
      problem: () => undefined,
    },
    line,
  );
  const draw = () => {
    pass(100);
    line.update(point(1));
  };
  draw();
  await output.write('Your name? ');
  draw();
  expect(written.slice(1)).toEqual(['\r\u001b[K', '<Your name? >']);
  await output.write('\n');
  draw();
  expect(written).toHaveLength(5);
  line.stop();
  draw();
  expect(written.slice(5)).toEqual(['\r\u001b[K']);
});

test('nothing is drawn where there is no terminal', () => {
  const { line, written } = terminal({ isTTY: false });
  line.update(point(1));
  line.decided(grown);
  line.stop();
  expect(written).toEqual([]);
});
