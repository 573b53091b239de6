import { describe, expect } from 'vitest';
import type { RunSummary } from '#model/summary.ts';
import { test } from './box.ts';

const LIMITS = ['--max-memory', '2Gi', '--max-cpu', '1'];
const MIB = 2 ** 20;

/** Raises of memory with a reason of what is ahead, and by how much each. */
const raisesAhead = (summary: RunSummary | undefined) =>
  (summary?.decisions ?? []).flatMap(({ reasons, from, to }) =>
    reasons
      .filter(({ signal }) => signal === 'memory.ahead')
      .map(({ text }) => ({ text, addedBytes: to.memoryBytes - from.memoryBytes })),
  );

type Growing = {
  readonly name: string;
  readonly source: string;
  readonly output: string;
  readonly reason: RegExp;
};

/** Each allocates steadily; what is asked is that the code is told as the reason for more, with who foretold it. */
const GROWING: Readonly<Record<string, readonly Growing[]>> = {
  'recursion that branches and allocates gets memory ahead': [
    {
      name: 'tree.py',
      source: `
import time
def tree(depth):
    if depth == 0:
        time.sleep(0.0005)
        return bytearray(60_000)
    return [tree(depth - 1), tree(depth - 1)]
print(len(tree(12)))`,
      output: '2\n',
      reason: /^tree recurses, 1\d deep, and grew by [\d.]+Mi \([a-z]+ \d+ %[^)]*\)$/,
    },
    {
      name: 'tree.mjs',
      source: `
function tree(depth) {
  if (depth > 0) return [tree(depth - 1), tree(depth - 1)];
  const end = performance.now() + 3;
  while (performance.now() < end);
  return Buffer.alloc(150_000, 1);
}
console.log(tree(11).length);`,
      output: '2\n',
      reason: /^tree recurses, 1\d deep, and grew by [\d.]+Mi \([a-z]+ \d+ %[^)]*\)$/,
    },
  ],
  'a table that is about to double gets room for both': [
    {
      name: 'table.py',
      source: `
def count():
    seen = {}
    while True:
        for key in range(len(seen), len(seen) + 1000):
            seen[key] = key
        if len(seen) >= 1_500_000:
            return len(seen)
        sum(range(100_000))
print(count())`,
      output: '1500000\n',
      reason:
        /^dict seen grows \([\d.]+Mi\) and will be copied to a larger one \([a-z]+ \d+ %[^)]*\)$/,
    },
    {
      name: 'table.mjs',
      source: `
function count() {
  const seen = new Map();
  for (;;) {
    for (let k = 0; k < 500; k++) seen.set(seen.size, k);
    if (seen.size >= 1_500_000) return seen.size;
    const end = performance.now() + 2;
    while (performance.now() < end);
  }
}
console.log(count());`,
      output: '1500000\n',
      reason:
        /^Map seen grows \([\d.]+Mi\) and will be copied to a larger one \([a-z]+ \d+ %[^)]*\)$/,
    },
  ],
  'a list in a hot loop gets more before its progress is known': [
    {
      name: 'list.py',
      source: `
import time
def load(count):
    rows = []
    for i in range(count):
        rows.append(bytearray(400_000))
        time.sleep(0.004)
    return len(rows)
print(load(500))`,
      output: '500\n',
      reason:
        /^rows in line 6 grows by 39\dKi a round, \d+ of 500 rounds are done \([a-z]+ \d+ %[^)]*\)$/,
    },
    {
      name: 'list.mjs',
      source: `
function load(count) {
  const rows = [];
  for (let i = 0; i < count; i++) {
    rows.push(Buffer.alloc(400_000, 1));
    const end = performance.now() + 8;
    while (performance.now() < end);
  }
  return rows.length;
}
console.log(load(500));`,
      output: '500\n',
      reason:
        /^rows in line 5 grows by 39\dKi a round, \d+ of 500 rounds are done \([a-z]+ \d+ %[^)]*\)$/,
    },
  ],
};

describe.for(Object.entries(GROWING))('%s', ([, programs]) => {
  test.for(programs)('$name', async ({ name, source, output, reason }, { box }) => {
    const { summary, stdout } = await box.run([...LIMITS, box.write(name, source)]);
    expect(stdout.toString()).toBe(output);
    const raises = raisesAhead(summary).filter(({ text }) => reason.test(text));
    const added = Math.max(...raises.map(({ addedBytes }) => addedBytes / MIB));
    const told = raisesAhead(summary).map(({ text }) => text);
    // Usage alone is followed in steps of a mebibyte or a few in a hundred.
    expect(added, `raises ahead: ${told.join(', ') || 'none'}`).toBeGreaterThan(5);
  });
});
