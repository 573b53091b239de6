import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHint } from './hint.ts';

const decode = (hint: unknown) => decodeHint(JSON.stringify({ v: 1, kind: 'hint', hint }));

test('numbers and the notation of the options mean the same', () => {
  const numbers = { memoryBytes: 4 * 2 ** 30, cpuCores: 0.5, egressBitsPerSecond: 5e7 };
  const texts = { memoryBytes: '4Gi', cpuCores: '500m', egressBitsPerSecond: '50M' };
  const more = { phase: 'load', id: 'a' };
  const wanted = {
    kind: 'hint',
    hint: { wants: numbers, withinSeconds: 10, forSeconds: 90, ...more },
  };
  expect(decode({ ...numbers, withinSeconds: 10, forSeconds: 90, ...more })).toEqual(wanted);
  expect(decode({ ...texts, withinSeconds: '10s', forSeconds: '1m30s', ...more })).toEqual(wanted);
});

test('holds for 30 s from now where nothing else is said, and zero withdraws', () => {
  const hint = { wants: { cpuCores: 0 }, withinSeconds: 0, forSeconds: 30, id: '' };
  expect(decode({ cpuCores: 0 })).toEqual({ kind: 'hint', hint });
  expect(decode({ cpuCores: '0' })).toEqual({ kind: 'hint', hint });
});

test.each([
  [null, 'hint is no object'],
  [{}, 'it asks for nothing'],
  [{ phase: 'load' }, 'it asks for nothing'],
  [{ memoryBytes: '4Q' }, 'memoryBytes is no quantity'],
  [{ memoryBytes: -1 }, 'memoryBytes is no quantity'],
  [{ memoryBytes: 1e300 }, 'memoryBytes is no quantity'],
  [{ cpuCores: null }, 'cpuCores is no quantity'],
  [{ cpuCores: 1, egressBitsPerSecond: [] }, 'egressBitsPerSecond is no quantity'],
  [{ cpuCores: 1, forSeconds: 3601 }, 'forSeconds is no duration up to 1 h'],
  [{ cpuCores: 1, withinSeconds: '2d' }, 'withinSeconds is no duration up to 1 h'],
])('%j is refused: %s', (hint, reason) => {
  expect(decode(hint)).toEqual({ kind: 'refused', reason });
});

test('other messages are left to others', () => {
  for (const line of ['', '{', '"hint"', '["hint"]', '{"v":2,"kind":"hint","hint":{"cpuCores":1}}'])
    expect(decodeHint(line)).toBeUndefined();
  expect(decodeHint('{"v":1,"kind":"at","pid":1,"t":1}')).toBeUndefined();
});

test('whatever comes, what is accepted is within what can be asked for', () => {
  const names = ['cpuCores', 'memoryBytes', 'forSeconds', 'withinSeconds', 'phase', 'id'];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), (fields) => {
      const message = decode(fields);
      if (message?.kind !== 'hint') return;
      const { wants, forSeconds, withinSeconds, phase, id } = message.hint;
      for (const value of Object.values(wants)) expect(value).toBeGreaterThanOrEqual(0);
      expect(Math.max(forSeconds, withinSeconds)).toBeLessThanOrEqual(3600);
      expect(Math.max(id.length, phase?.length ?? 0)).toBeLessThanOrEqual(200);
    }),
  );
});
