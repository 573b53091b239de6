import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedLines, LONGEST_LINE_BYTES } from './bounded-lines.ts';

function feed(bytes: Buffer, cuts: readonly number[] = []) {
  const seen: string[] = [];
  const lines = new BoundedLines((line) => seen.push(line));
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length];
  const sorted = places.toSorted((a, b) => a - b);
  sorted.forEach((from, index) => lines.feed(bytes.subarray(from, sorted[index + 1] ?? from)));
  return { seen, dropped: lines.dropped };
}

test('however the stream is cut, the same lines come out', () => {
  const anyLine = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constant('x'.repeat(LONGEST_LINE_BYTES)),
  );
  fc.assert(
    fc.property(fc.array(anyLine), fc.array(fc.nat()), (lines, cuts) => {
      const whole = lines.map((line) => line.replaceAll('\n', ' ')).filter((line) => line !== '');
      const fits = whole.filter((line) => Buffer.byteLength(line) <= LONGEST_LINE_BYTES);
      const { seen, dropped } = feed(Buffer.from(whole.map((line) => `${line}\n`).join('')), cuts);
      expect(seen).toEqual(fits);
      expect(dropped).toBe(whole.length - fits.length);
    }),
  );
});

test('what is too long or no text is dropped and counted, and what follows is not', () => {
  const long = Buffer.alloc(LONGEST_LINE_BYTES + 1, 'a');
  const newline = Buffer.from('\n');
  const broken = Buffer.from([0xc3, 0x28]);
  const stream = Buffer.concat([long, newline, broken, newline, Buffer.from('after\nbegun')]);
  for (const cuts of [[], [4096, 4097], [1, 5000]])
    expect(feed(stream, cuts)).toEqual({ seen: ['after'], dropped: 2 });
});

test('holds no more than one line, however long it grows', () => {
  const { seen, dropped } = feed(Buffer.alloc(2 ** 20, 'a'), [10_000, 500_000]);
  expect([seen, dropped]).toEqual([[], 0]);
});

test('what may not pass is dropped and counted', () => {
  const seen: string[] = [];
  const lines = new BoundedLines(
    (line) => seen.push(line),
    () => seen.length < 2,
  );
  lines.feed(Buffer.from('a\nb\nc\nd\n'));
  expect([seen, lines.dropped]).toEqual([['a', 'b'], 2]);
});
