import { mapAllocation } from '#model/allocation.ts';
import { emptySample } from '#model/sample.ts';
import { expect, test } from 'vitest';
import { KEPT_READINGS, NodeHistory, usedOf, type Using } from './history.ts';

const TENANTS = ['us', 'them', 'us'];

function using(memoryWorkingSetBytes: number): Using[] {
  return TENANTS.map((tenant) => ({
    tenant,
    reading: { ...emptySample(), cpuCoresUsed: 0.5, memoryWorkingSetBytes },
  }));
}

test('what each tenant used and all of them, oldest first, and no more than the ring holds', () => {
  let second = 0;
  const history = new NodeHistory({
    allocated: () => mapAllocation(() => second),
    using: () => using(second),
    warn: (problem) => expect.unreachable(problem),
  });
  for (second = 1; second <= KEPT_READINGS + 10; second++) history.read(second * 1000);
  const all = history.since(0);
  expect(all.length).toBe(KEPT_READINGS);
  expect(all.map(({ atMs }) => atMs)).toEqual(all.map((_, index) => (index + 11) * 1000));
  const [last, ...more] = history.since((KEPT_READINGS + 9) * 1000);
  expect(more).toEqual([]);
  expect(last!.allocated.cpuCores).toBe(KEPT_READINGS + 10);
  const bytes = (tenant?: string) => usedOf(last!, tenant).memoryBytes / (KEPT_READINGS + 10);
  expect([bytes('us'), bytes('them'), bytes('nobody'), bytes()]).toEqual([2, 1, 0, 3]);
  expect(usedOf(last!, 'us').cpuCores).toBe(1);
});

test('books that cannot be read are said, and leave a gap', () => {
  const said: string[] = [];
  const history = new NodeHistory({
    allocated: () => {
      throw new Error('locked');
    },
    using: () => [],
    warn: (problem) => void said.push(problem),
  });
  history.read(1000);
  expect([said, history.since(0)]).toEqual([['Error: locked'], []]);
});
