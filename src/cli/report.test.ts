import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { point, START, SUMMARY, TIMELINE } from '../../test/fixtures/sample-run.ts';
import { report } from './report.ts';
import { plainStyle } from './style.ts';
import { visibleWidth } from './text-table.ts';

const GIB = 2 ** 30;

test('the report has the outcome, what was used and reserved, slack, resizes and pictures', () => {
  expect(report(SUMMARY, TIMELINE.slice(0, 61), plainStyle({ columns: 60 })))
    .toMatchInlineSnapshot(`
      "
      limber  succeeded after 12.0 s · exit code 0 · predictive policy · run 0xd48pg00000

                       used     reserved  slack    peak  resizes  held up
        CPU     11.8 core-s  13.2 core-s   11 %     1.9       14  0.31 s throttled
        memory    9.4 GiB-s   10.9 GiB-s   14 %  1.55Gi       23  –
        1 cut was taken back

        CPU     allocated  ███████▁▁▁▁▁▁▁██████  200m to 2
                used       ███████▁▁▁▁▁▁▁██████  up to 1.9

        memory  allocated  ▁▁▁▁▂▂▃▃▄▄▅▆▆▇▇█████  58.9Mi to 1.78Gi
                used       ▁▁▁▁▂▂▂▃▃▄▅▅▅▆▆▇▇▇▇▇  up to 1.52Gi
      "
    `);
});

test('the network has a row when something moved, and pictures when it was much', () => {
  const network = { receivedBytes: 124e6, sentBytes: 3e6, reservedBitSeconds: 2e9 };
  const fast = TIMELINE.map((entry) => ({ ...entry, ingressBitsPerSecond: 80e6 }));
  const text = report({ ...SUMMARY, network }, fast, plainStyle());
  expect(text).toMatch(/network +1\.02 Gbit +2 Gbit +49 % +– +0 +↓ 124 MB {2}↑ 3 MB/);
  expect(text).toMatch(/download +allocated/);
  expect(text).not.toContain('upload');
  expect(report(SUMMARY, TIMELINE, plainStyle())).not.toContain('network');
});

test('a run that ran out of memory shows how, and what to do', () => {
  const timeline = Array.from({ length: 1000 }, (_, index) =>
    point(index / 10, {
      memoryWorkingSetBytes: (index / 1000) * GIB,
      allocation: { ...START, memoryBytes: GIB },
      memoryStalled: index > 990,
    }),
  );
  const notes = [{ code: 'memory-exhausted', text: 'Raise --max-memory.' } as const];
  const text = report({ ...SUMMARY, outcome: 'memory-exhausted', notes }, timeline, plainStyle());
  const rows = text.split('\n').filter((line) => line.includes('░') || line.includes('stalled'));
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.length).toBeLessThanOrEqual(12);
  expect(rows.at(-1)).toMatch(/^ {2}99\.90 s +1023Mi +1Gi {2}█+ stalled$/);
  // The first row lies within the last minute.
  expect(Number.parseFloat(rows[0] ?? '')).toBeGreaterThan(39);
  expect(text).toContain('why   Raise --max-memory.');
});

test('without UTF-8 every character is ASCII, without colours there are no escapes', () => {
  const text = report(SUMMARY, TIMELINE, plainStyle({ unicode: false }));
  expect(text).toMatch(/^[\n -~]*$/);
});

test('colours change nothing but the colours', () => {
  const plain = report(SUMMARY, TIMELINE, plainStyle());
  const colourful = report(SUMMARY, TIMELINE, plainStyle({ colours: true }));
  expect(colourful).not.toBe(plain);
  expect(stripVTControlCharacters(colourful)).toBe(plain);
});

test('an unlimited run has no slack and no allocation to draw', () => {
  const unlimited = {
    ...SUMMARY,
    cpu: { ...SUMMARY.cpu, reservedCoreSeconds: Infinity },
    memory: { ...SUMMARY.memory, reservedByteSeconds: Infinity },
  };
  const allocation = { ...START, cpuCores: Infinity, memoryBytes: Infinity };
  const timeline = TIMELINE.map((entry) => ({ ...entry, allocation }));
  const text = report(unlimited, timeline, plainStyle());
  expect(text).toMatch(/CPU +11\.8 core-s +unlimited +–/);
  expect(text).not.toContain('allocated');
});

test('a run too short for a reading still has a report', () => {
  const text = report({ ...SUMMARY, wallSeconds: 0.01 }, [], plainStyle());
  expect(text).toContain('succeeded after 0.01 s');
  expect(text).not.toContain('NaN');
  expect(text).not.toContain('Infinity');
});

test('pictures fit the terminal', () => {
  for (const columns of [60, 80, 100, 200]) {
    const lines = report(SUMMARY, TIMELINE, plainStyle({ columns })).split('\n');
    const pictures = lines.filter((line) => line.includes('▁'));
    expect(Math.max(...pictures.map(visibleWidth))).toBeLessThanOrEqual(columns);
  }
});
