import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const PART = `
class Table_#:
    def __init__(self, rows):
        self.rows = [row for row in rows if row]
        self.known = {}

    def find_#(self, key, depth=0):
        if key in self.known:
            return self.known[key]
        for row in self.rows:
            for cell in row:
                if cell == key and depth < 5:
                    self.known[key] = self.find_#(cell, depth + 1)
        return sorted(self.known.items())[0:3]
`;
const SOURCE = Array.from({ length: 50 }, (_, at) => PART.replaceAll('#', `${at}`)).join('');

/** In a process of its own, whose young generation is large enough for one analysis. */
const PROGRAM = `
import { getHeapSpaceStatistics } from 'node:v8';
import { analyze } from '#analyze/analyze.ts';
const source = ${JSON.stringify(SOURCE)};
const old = () => getHeapSpaceStatistics()
  .filter(({ space_name: name }) => name === 'old_space' || name === 'large_object_space')
  .reduce((sum, space) => sum + space.space_used_size, 0);
const rounds = async (count) => {
  for (let round = 0; round < count; round += 1) {
    await analyze({ source, language: 'python' });
    gc({ type: 'minor' });
    gc({ type: 'minor' });
  }
};
await rounds(20);
gc();
const before = old();
await rounds(10);
console.log((old() - before) / 10 / source.length);
`;
const FLAGS = [
  '--expose-gc',
  '--min-semi-space-size=32',
  '--max-semi-space-size=32',
  // As bin/limber.js has it.
  '--no-allocation-site-pretenuring',
];
/** A tree takes 50; what the engine itself learns about the code by then is 12. */
const MOST_BYTES_PER_CHARACTER = 25;

/**
 * What survives the short collections of one analysis holds up all after it: a `WeakMap` from nodes to
 * what leads back to them does.
 */
test('the tree of a source is gone with the short collections after its analysis', () => {
  const code = ['--input-type=module', '-e', PROGRAM];
  const flags = ['--conditions=limber-source', '--no-warnings', ...FLAGS];
  const kept = Number(execFileSync(process.execPath, [...flags, ...code]));
  expect(kept).toBeLessThan(MOST_BYTES_PER_CHARACTER);
}, 120_000);
