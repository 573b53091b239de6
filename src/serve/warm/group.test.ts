import { expect, test } from 'vitest';
import type { LaunchSpec } from '#model/launch.ts';
import type { WarmInstance } from '#runtimes/types.ts';
import { WarmGroup } from './group.ts';

function groupMaking(starting: number): WarmGroup {
  const group = new WarmGroup({ key: 'python', language: 'python', like: {} as LaunchSpec });
  group.starting = starting;
  return group;
}

function warm(id: string): WarmInstance {
  const gone = new Promise<void>(() => {});
  const claim = () => {
    throw new Error('nobody runs here');
  };
  return { id, gone, memoryBytes: () => 0, claim, discard: async () => {} };
}

test('who finds none gets the next that is made, in order, and it is not kept for others', async () => {
  const group = groupMaking(2);
  const [first, second] = [group.next(), group.next()];
  expect(group.isShort).toBe(true);
  group.made(warm('a'), 10);
  group.made(warm('b'), 10);
  expect([(await first)?.id, (await second)?.id]).toEqual(['a', 'b']);
  expect(group.ready).toEqual([]);
  group.made(warm('c'), 10);
  expect(group.ready.map(({ id }) => id)).toEqual(['c']);
  expect(group.isShort).toBe(false);
});

test('nobody waits for one that somebody waits for already', async () => {
  const group = groupMaking(1);
  const first = group.next();
  expect(await group.next()).toBeUndefined();
  group.made(warm('a'), 10);
  expect((await first)?.id).toBe('a');
});

test('what could not be made, and what takes too long, is not waited for', async () => {
  const group = groupMaking(1);
  const failed = group.next();
  group.failed(0);
  expect(await failed).toBeUndefined();
  const late = group.next();
  expect(await late).toBeUndefined();
  group.made(warm('a'), 10);
  expect(group.ready.map(({ id }) => id)).toEqual(['a']);
});
