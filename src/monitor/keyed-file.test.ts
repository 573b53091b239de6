import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyedParser } from './keyed-file.ts';
import { parseUnsigned } from './parse-number.ts';

const KEY = fc.stringMatching(/^[a-z_]{1,20}$/);
const COUNT = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

test.each([
  ['v1', 'cpu.stat'],
  ['v1', 'memory.stat'],
  ['v1', 'memory.oom_control'],
  ['v1', 'pids.events'],
  ['v2', 'cpu.stat'],
  ['v2', 'memory.stat'],
  ['v2', 'memory.events'],
])('reads every key of a captured cgroup %s %s', (version, name) => {
  const bytes = readFileSync(
    new URL(`../../test/fixtures/cgroup-${version}/${name}`, import.meta.url),
  );
  const lines = bytes
    .toString('latin1')
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const keys = lines.map(([key]) => key!);
  const into = new Float64Array(keys.length).fill(-1);
  createKeyedParser(keys)(bytes, bytes.length, into);
  expect([...into]).toEqual(lines.map(([, value]) => Number(value)));
});

test('finds each key whatever stands around it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(KEY, COUNT), { selector: ([key]) => key }), (entries) => {
      const bytes = Buffer.from(entries.map(([key, value]) => `${key} ${value}\n`).join(''));
      const into = new Float64Array(entries.length).fill(-1);
      createKeyedParser(entries.map(([key]) => key).toReversed())(bytes, bytes.length, into);
      expect([...into].toReversed()).toEqual(entries.map(([, value]) => value));
    }),
  );
});

test('passes over garbage and keeps what it cannot read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (garbage) => {
      const into = new Float64Array([42]);
      // No line of lower-case garbage can spell this key.
      createKeyedParser(['NEVER_THERE'])(garbage, garbage.length, into);
      expect(into[0]).toBe(42);
    }),
  );
});

test('tells a key from a longer one that begins alike', () => {
  const bytes = Buffer.from('inactive_file_x 5\ninactive_file 7\n');
  const into = new Float64Array(1);
  createKeyedParser(['inactive_file'])(bytes, bytes.length, into);
  expect(into[0]).toBe(7);
});

test('reads every exactly representable number', () => {
  fc.assert(
    fc.property(COUNT, (value) => {
      const bytes = Buffer.from(`${value}\n`);
      expect(parseUnsigned(bytes, 0, bytes.length)).toBe(value);
    }),
  );
});

test('a word is no number', () => {
  const bytes = Buffer.from('max\n');
  expect(parseUnsigned(bytes, 0, bytes.length)).toBeNaN();
});
