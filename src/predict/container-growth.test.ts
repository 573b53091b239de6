import { expect, test } from 'vitest';
import { ContainerGrowth } from './container-growth.ts';

const MEBIBYTE = 2 ** 20;
const HELD = 100 * MEBIBYTE;
const map = (length: number) => ({
  ...{ name: 'seen', function: 'count', kind: 'Map' },
  ...{ length, bytes: length * 40 },
});

/** Seen with 500,000 entries at 1 s, and with so many at 2 s. */
function grownTo(length: number): ContainerGrowth {
  const growth = new ContainerGrowth();
  growth.see([map(500_000)], HELD, 1000);
  growth.see([map(length)], HELD, 2000);
  return growth;
}

test('a table that grows is copied to one twice as large, on top of what was held', () => {
  const jump = grownTo(600_000).jump(2000);
  expect(jump?.bytes).toBe(HELD + 2 * 36 * 600_000);
  expect(jump?.text).toBe('Map seen grows (22.9Mi) and will be copied to a larger one');
});

test('one that stays, that is small or that was never seen before is not', () => {
  expect(grownTo(510_000).jump(2000)).toBeUndefined();
  const growth = new ContainerGrowth();
  growth.see([map(1000)], HELD, 1000);
  growth.see([map(2000), { ...map(900_000), name: 'other' }], HELD, 2000);
  expect(growth.jump(2000)).toBeUndefined();
});

test('it is expected for twice as long as it took to be seen, until a look says otherwise', () => {
  const growth = grownTo(600_000);
  growth.see([], HELD, 2500);
  expect(growth.jump(3900)).toBeDefined();
  expect(growth.jump(4000)).toBeUndefined();
  growth.see([map(800_000)], HELD, 5000);
  expect(growth.jump(5000)).toBeDefined();
  growth.see([map(800_000)], HELD, 6000);
  expect(growth.jump(6000)).toBeUndefined();
});

test('of several the one that takes most', () => {
  const growth = new ContainerGrowth();
  const list = (length: number) => ({ ...map(length), name: 'rows', kind: 'list' });
  growth.see([list(1_000_000), map(400_000)], HELD, 1000);
  growth.see([list(2_000_000), map(500_000)], HELD, 1100);
  expect(growth.jump(1100)?.text).toMatch(/^Map seen/);
});
