import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Queue } from './queue.ts';

test('higher priorities come first, equal ones in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (priorities) => {
      const queue = new Queue(Number.POSITIVE_INFINITY);
      for (const [at, priority] of priorities.entries()) {
        const before = priorities.slice(0, at).filter((other) => other >= priority);
        expect(queue.ahead(priority)).toBe(before.length);
        queue.offer({ id: String(at), priority });
      }
      const wanted = priorities
        .map((priority, at) => ({ id: String(at), priority }))
        .toSorted((a, b) => b.priority - a.priority);
      const seen = priorities.map(() => {
        const first = queue.first()!;
        queue.remove(first.id);
        return first;
      });
      expect(seen).toEqual(wanted);
      expect(queue.size).toBe(0);
    }),
  );
});

test('only when it is full, and only to a higher priority, the last gives way', () => {
  const queue = new Queue(2);
  queue.offer({ id: 'a', priority: 50 });
  expect(queue.givesWayTo(99)).toBeUndefined();
  queue.offer({ id: 'b', priority: 10 });
  expect(queue.givesWayTo(10)).toBeUndefined();
  expect(queue.givesWayTo(11)).toEqual({ id: 'b', priority: 10 });
  expect(queue.remove('nobody')).toBe(false);
});
