import { expect, test } from 'vitest';
import type { Hint } from '#model/hint.ts';
import { Hints } from './hints.ts';

const hint = (change: Partial<Hint>): Hint => ({
  wants: { cpuCores: 2 },
  withinSeconds: 0,
  forSeconds: 30,
  id: '',
  ...change,
});

test('is in force from now on until it expires', () => {
  const hints = new Hints();
  expect(hints.floorAt(0)).toBeUndefined();
  hints.accept(hint({ withinSeconds: 10, phase: 'load' }), 0);
  const text = 'the program asked for 2 cores within 10 s (load)';
  expect(hints.floorAt(0)).toMatchObject({ cpuCores: { value: 2, text } });
  expect(hints.floorAt(39_999)).toMatchObject({ cpuCores: { value: 2 } });
  expect(hints.floorAt(40_000)).toBeUndefined();
});

test('what has expired is told once', () => {
  const hints = new Hints();
  hints.accept(hint({}), 0);
  hints.floorAt(29_999);
  expect(hints.takeExpired()).toBeUndefined();
  hints.floorAt(30_000);
  expect(hints.takeExpired()).toEqual(['the program asked for 2 cores']);
  expect(hints.takeExpired()).toBeUndefined();
});

test('a newer one replaces the older one of the same resource, zero withdraws it', () => {
  const hints = new Hints();
  hints.accept(hint({ wants: { cpuCores: 4, memoryBytes: 1e9 } }), 0);
  hints.accept(hint({ wants: { cpuCores: 2 } }), 1);
  expect(hints.floorAt(2)).toMatchObject({ cpuCores: { value: 2 }, memoryBytes: { value: 1e9 } });
  hints.accept(hint({ wants: { memoryBytes: 0 } }), 3);
  expect(Object.keys(hints.floorAt(4) ?? {})).toEqual(['cpuCores']);
});

test('of several askers the highest counts, as long as it is in force', () => {
  const hints = new Hints();
  hints.accept(hint({ id: 'a', wants: { cpuCores: 4 }, forSeconds: 1 }), 0);
  hints.accept(hint({ id: 'b', wants: { cpuCores: 2 } }), 0);
  expect(hints.floorAt(0)).toMatchObject({ cpuCores: { value: 4 } });
  expect(hints.floorAt(1000)).toMatchObject({ cpuCores: { value: 2 } });
});

test('askers and changes of mind are bounded', () => {
  const hints = new Hints();
  const taken = Array.from({ length: 100 }, (_, id) => hints.accept(hint({ id: `${id}` }), 0));
  expect(taken.filter(Boolean)).toHaveLength(32);
  const heard = Array.from({ length: 100 }, () => hints.mayHear(0));
  expect(heard.filter(Boolean)).toHaveLength(20);
  expect(hints.mayHear(1000)).toBe(true);
});
