import { expect, test } from 'vitest';
import { emptySample } from '#model/sample.ts';
import { Places } from './places.ts';

test('throttling that the kernel tells all at once is not believed to be threads', () => {
  const places = new Places([]);
  const sample = { ...emptySample(), intervalMs: 50, cpuCoresUsed: 0.1 };
  places.move('job.py:think:3', sample, 0);
  places.observe({ ...sample, cpuCoresThrottled: 4 });
  places.end(sample, 100);
  expect(places.visits()[0]!.visits[0]!.cpuCores).toBeCloseTo(1.1);
});

test('what began between two looks is not of the place that the first one saw', () => {
  const places = new Places([]);
  const using = (cpuCoresUsed: number) => ({ ...emptySample(), intervalMs: 50, cpuCoresUsed });
  const coresOf = (key: string) =>
    places.visits().find((place) => place.key === key)!.visits[0]!.cpuCores;
  places.move('job.py:load:3', using(1), 0);
  places.observe(using(1));
  places.move('job.py:load:3', using(1), 100);
  places.observe(using(2));
  places.move('job.py:map:5', using(2), 200);
  places.observe(using(2));
  places.end(using(2), 300);
  expect([coresOf('job.py:load:3'), coresOf('job.py:map:5')]).toEqual([1, 2]);
});

test('of a place that one look saw, what was used until the next', () => {
  const places = new Places([]);
  const sample = { ...emptySample(), intervalMs: 50, cpuCoresUsed: 2 };
  places.move('job.py:map:5', sample, 0);
  places.observe(sample);
  places.move('job.py:load:3', sample, 100);
  expect(places.visits()[0]!.visits[0]!.cpuCores).toBe(2);
});
