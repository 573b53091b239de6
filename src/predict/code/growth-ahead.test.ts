import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import { unseenLook } from '#model/probe.fixture.ts';
import type { ProbeLook } from '#model/probe.ts';
import { emptySample } from '#model/sample.ts';
import { GrowthAhead } from './growth-ahead.ts';

const MEBIBYTE = 2 ** 20;

/** What is expected after two looks 100 ms apart, at 100 MiB and at what the second says. */
async function after(
  source: string,
  first: Partial<ProbeLook>,
  second: Partial<ProbeLook>,
  mebibytes: number,
  nowMs = 1100,
) {
  const growth = new GrowthAhead(await analyze({ source, language: 'python', file: 'job.py' }));
  const holding = (held: number) => ({ ...emptySample(), memoryWorkingSetBytes: held * MEBIBYTE });
  growth.see({ ...unseenLook(), ...first }, holding(100), 1000);
  growth.see({ ...unseenLook(), ...second }, holding(mebibytes), 1100);
  return growth.growth(nowMs);
}

const LIST = `
def load(count):
    rows = []
    for i in range(count):
        rows.append(bytearray(400_000))
    return rows
load(int(input()))
`;
const loopAt = (done: number, total = 1000) => ({
  loops: [{ file: 'job.py', firstLine: 4, done, total }],
});

test('a list in a hot loop: rounds of the last look, times what each adds, for half a second', async () => {
  const growth = await after(LIST, loopAt(10), loopAt(40), 112);
  // 30 rounds in 100 ms: 150 rounds of 400 KB in the next half second.
  expect(growth!.bytes).toBeGreaterThan(55e6);
  expect(growth!.bytes).toBeLessThan(70e6);
  expect(growth!.text).toMatch(
    /rows in line 5 grows by 39\dKi a round, 40 of 1000 rounds are done/,
  );
});

test('rounds that were seen to add nothing are not expected to', async () => {
  expect(await after(LIST, loopAt(10), loopAt(40), 100)).toBeUndefined();
  expect((await after(LIST, loopAt(10), loopAt(40), 102))!.bytes).toBeLessThan(12e6);
  expect((await after(LIST, loopAt(10), loopAt(40), 104))!.bytes).toBeGreaterThan(55e6);
});

test('what the code says that a round of a loop adds', async () => {
  const profile = await analyze({ source: LIST, language: 'python', file: 'job.py' });
  const growth = new GrowthAhead(profile);
  expect(growth.bytesPerRound(4)).toBeGreaterThan(400_000);
  expect(growth.bytesPerRound(4)).toBeLessThan(401_000);
  expect(growth.bytesPerRound(5)).toBeUndefined();
});

test('what a look foretold for half a second is not believed for longer, if none follows', async () => {
  expect(await after(LIST, loopAt(10), loopAt(40), 112, 1600)).toBeDefined();
  expect(await after(LIST, loopAt(10), loopAt(40), 112, 1601)).toBeUndefined();
});

test('no more than the rounds that are left', async () => {
  const growth = await after(LIST, loopAt(950), loopAt(980), 112);
  expect(growth!.bytes).toBeLessThan(9e6);
});

const TREE = `
def tree(depth):
    return None if depth == 0 else [tree(depth - 1), tree(depth - 1)]
tree(22)
`;

test('branching recursion that allocates goes on as fast for half a second', async () => {
  const look = { recursion: [{ function: 'tree', times: 18 }], depth: 19 };
  const growth = await after(TREE, look, look, 110);
  expect(growth!.bytes).toBeCloseTo(50 * MEBIBYTE, -3);
  expect(growth!.text).toBe('tree recurses, 18 deep, and grew by 10Mi');
  expect(await after(TREE, look, look, 100)).toBeUndefined();
  // Another function took the memory.
  const other = { recursion: [{ function: 'leaf', times: 18 }], depth: 19 };
  expect(await after(TREE, other, look, 110)).toBeUndefined();
});

test('recursion that goes deeper is expected to become twice as deep', async () => {
  const source = 'def walk(node):\n    return [node] + walk(node.next)\nwalk(None)\n';
  const at = (depth: number) => ({ depth, recursion: [{ function: 'walk', times: depth }] });
  const growth = await after(source, at(200), at(300), 110);
  expect(growth!.bytes).toBeCloseTo(30 * MEBIBYTE, -3);
  expect(await after(source, at(300), at(300), 110)).toBeUndefined();
});
