import { expect, test } from 'vitest';
import { lately } from './lately.ts';

test('asks again when the time is over, for each argument on its own', () => {
  let nowMs = 0;
  const asked: string[] = [];
  const find = lately(
    1_000,
    (name) => {
      asked.push(name);
      return `${name} at ${nowMs}`;
    },
    () => nowMs,
  );
  expect([find('a'), find('b'), find('a')]).toEqual(['a at 0', 'b at 0', 'a at 0']);
  nowMs = 999;
  expect(find('a')).toBe('a at 0');
  nowMs = 1_000;
  expect(find('a')).toBe('a at 1000');
  expect(asked).toEqual(['a', 'b', 'a']);
});

test('what fails is not remembered', () => {
  let fails = true;
  const find = lately(1_000, () => {
    if (fails) throw new Error('not now');
    return 'there';
  });
  expect(() => find('a')).toThrow('not now');
  fails = false;
  expect(find('a')).toBe('there');
});
