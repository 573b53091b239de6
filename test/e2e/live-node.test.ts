import { expect } from 'vitest';
import type { RunSummary } from '#model/summary.ts';
import { test } from './box.ts';

const LIMITS = ['--max-memory', '2Gi', '--max-cpu', '1'];
const MIB = 2 ** 20;

const phasesOf = (summary: RunSummary | undefined) =>
  (summary?.phases ?? []).map(({ place, activity }) => `${place} ${activity}`);
const aheadOf = (summary: RunSummary | undefined) =>
  (summary?.decisions ?? []).flatMap(({ reasons, from, to }) =>
    reasons
      .filter(({ signal }) => signal === 'memory.ahead')
      .map(({ text }) => ({ text, fromMiB: from.memoryBytes / MIB, toMiB: to.memoryBytes / MIB })),
  );

/** Computes, and then loads 200 MB, three times. */
const TURNS = `
function think() {
  let sum = 0;
  for (const end = performance.now() + 2500; performance.now() < end; ) sum += 1;
  return sum;
}
function load() {
  const rows = [];
  for (const end = performance.now() + 2500; performance.now() < end; ) {
    if (rows.length < 200) rows.push(Buffer.alloc(1_000_000, 1));
    const pause = performance.now() + 10;
    while (performance.now() < pause);
  }
  return rows.length;
}
for (let round = 0; round < 3; round++) console.log(think() > 0, load());
`;

test('phases: a second run knows from the first what a place will need', async ({ box }) => {
  const script = box.write('turns.mjs', TURNS);
  const first = await box.run([...LIMITS, script]);
  expect(first.stdout.toString()).toMatch(/^(true \d+\n){3}$/);
  expect(phasesOf(first.summary)).toContain('turns.mjs:think:4 computing');
  expect(phasesOf(first.summary).join('\n')).toMatch(/^turns\.mjs:load:9 (allocating|computing)$/m);
  // Nothing but a visit in the past can tell it, and there was none when the first one grew.
  const told = /^load \(turns\.mjs line 9\) (comes next \(\d+ %\) and grew|grew) by \d+Mi/;
  const isFirstVisit = ({ fromMiB }: { fromMiB: number }) => fromMiB < 120;
  const known = (summary: RunSummary | undefined) =>
    aheadOf(summary).filter((raise) => told.test(raise.text) && isFirstVisit(raise));
  expect(known(first.summary).length).toBe(0);
  const second = await box.run([...LIMITS, script]);
  expect(Math.max(...known(second.summary).map(({ toMiB }) => toMiB))).toBeGreaterThan(120);
});

test('on a first run the code says what follows: its memory is there before it asks', async ({
  box,
}) => {
  const source = `
import { pbkdf2Sync } from 'node:crypto';
function main() {
  let key = 'key';
  for (let k = 0; k < 16; k++) key = pbkdf2Sync(key, 'salt', 200_000, 32, 'sha512');
  const rows = Buffer.alloc(200_000_000, key);
  return rows.length;
}
// What lasts hides what is behind it until the run is seen there.
await new Promise((done) => setTimeout(done, 300));
console.log(main());
`;
  // `balanced` reserves ahead what it could not follow; `speed` what it can prepare.
  const options = [...LIMITS, '--optimize', 'speed'];
  const { summary, stdout } = await box.run([...options, box.write('first.mjs', source)]);
  expect(stdout.toString()).toBe('200000000\n');
  const [raise] = aheadOf(summary).filter(({ text }) =>
    /^Buffer\.alloc in line 6 comes next and takes 19\dMi \([a-z]+ \d+ %[^)]*\)$/.test(text),
  );
  expect(raise!.fromMiB).toBeLessThan(100);
  expect(raise!.toMiB).toBeGreaterThan(190);
});

test('recursion in flight makes the live score rise', async ({ box }) => {
  const source = `
function ways(n) { return n < 2 ? 1 : ways(n - 1) + ways(n - 2); }
console.log(ways(41));
`;
  const { summary, stdout } = await box.run([...LIMITS, box.write('ways.mjs', source)]);
  expect(stdout.toString()).toBe('267914296\n');
  const phase = summary?.phases.find(
    ({ place, activity }) => place.startsWith('ways.mjs:ways:') && activity === 'computing',
  );
  // 30 of class (2ⁿ) and most of recursion: some twenty activations at once.
  expect(phase?.score).toBeGreaterThan(35);
});

test('progress of a loop that awaits: it survives the waiting, and predicts the end', async ({
  box,
}) => {
  const source = `
const kept = [];
const answer = (ms) => new Promise((settle) => setTimeout(settle, ms));
async function gather(count) {
  for (let i = 0; i < count; i++) {
    await answer(80);
    kept.push(Buffer.alloc(500_000, 1));
  }
}
await gather(150);
console.log(kept.length);
`;
  const { summary, stdout } = await box.run([...LIMITS, box.write('gather.mjs', source)]);
  expect(stdout.toString()).toBe('150\n');
  expect(phasesOf(summary).join('\n')).toMatch(/^gather\.mjs:gather:5 /m);
  const { stdout: shown } = await box.limber(['show', 'last', '--json']);
  const { timeline } = JSON.parse(shown.toString()) as {
    timeline: { progress?: { fraction: number; secondsLeft: { low: number; high: number } } }[];
  };
  const seen = timeline.flatMap(({ progress }) => progress ?? []);
  expect(seen.length).toBeGreaterThan(10);
  const fractions = seen.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((one, other) => one - other));
  expect(Math.max(...fractions)).toBeGreaterThan(0.7);
});
