import { expect, test } from 'vitest';
import { emptyAhead } from '#model/ahead.ts';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { NOTHING_KNOWN } from '#model/known-input.ts';
import { unseenLook } from '#model/probe.fixture.ts';
import type { PlaceHistory, PlaceVisits } from '#model/phase.ts';
import { emptySample } from '#model/sample.ts';
import { CodeAhead } from './code/code-ahead.ts';
import { Lookahead } from './lookahead.ts';

const LOOK = unseenLook();

function nothingOfCode(): CodeAhead {
  const profile = unknownProfile({ language: 'python', reason: 'not read' });
  return new CodeAhead({ profile, input: NOTHING_KNOWN, mostCores: 2, actuationMs: 0 });
}

const lookaheadAfter = (past: readonly PlaceHistory[], actuationMs = 0) =>
  new Lookahead({ past, code: nothingOfCode(), mostBytes: 2 ** 40, actuationMs });

const view = (key: string, waits = false) => ({
  look: { ...LOOK, state: waits ? ('waiting' as const) : ('running' as const) },
  key,
  callsUnderWay: 0,
  target: '',
});

/** Rests 500 ms, then thinks 200 ms on two cores, `rounds` times; ends as it begins to rest. */
function turns(
  rounds: number,
  cores = 2,
  actuationMs = 0,
): { readonly lookahead: Lookahead; readonly nowMs: number } {
  const lookahead = lookaheadAfter([], actuationMs);
  let nowMs = 0;
  for (let round = 0; round <= rounds; round++) {
    const idle = { ...emptySample(), atMs: nowMs };
    lookahead.see(view('job.py:rest:2', true), idle, nowMs);
    if (round === rounds) break;
    nowMs += 500;
    lookahead.see(view('job.py:think:5'), idle, nowMs);
    for (const atMs of [nowMs + 50, nowMs + 100])
      lookahead.observe({ ...emptySample(), atMs, intervalMs: 50, cpuCoresUsed: cores });
    nowMs += 200;
  }
  return { lookahead, nowMs };
}

const aheadAt = (lookahead: Lookahead, atMs: number) => {
  const ahead = emptyAhead();
  lookahead.ahead({ ...emptySample(), atMs }, atMs, ahead);
  return ahead;
};

test('what followed before is prepared shortly before it begins, and not earlier', () => {
  const { lookahead, nowMs } = turns(3);
  expect(aheadAt(lookahead, nowMs + 100).cpuCores).toBe(0);
  const ahead = aheadAt(lookahead, nowMs + 480);
  expect(ahead.cpuCores).toBeCloseTo(2);
  expect(ahead.cpuText).toContain('think (job.py line 5) comes next (100 %)');
});

test('one core is given to whatever asks: it is not held ready', () => {
  const { lookahead, nowMs } = turns(3, 1);
  expect(aheadAt(lookahead, nowMs + 480)).toMatchObject({ cpuCores: 0, cpuIdle: false });
});

test('where a resize takes long, what follows is prepared earlier, one core too', () => {
  const { lookahead, nowMs } = turns(3, 1, 200);
  // A wait that ends before what is given back could be there again is none.
  expect(aheadAt(lookahead, nowMs + 20)).toMatchObject({ cpuCores: 0, cpuIdle: false });
  expect(lookahead.nextMs(nowMs + 20)).toBe(nowMs + 270);
  expect(aheadAt(lookahead, nowMs + 280).cpuCores).toBeCloseTo(1);
});

test('one thread that a short reading shows on two cores is one thread', () => {
  const lookahead = lookaheadAfter([]);
  lookahead.see(view('job.py:think:5'), emptySample(), 0);
  for (let atMs = 4; atMs < 200; atMs += 4)
    lookahead.observe({ ...emptySample(), atMs, intervalMs: 4, cpuCoresUsed: (atMs % 8) / 2 });
  lookahead.places.end({ ...emptySample(), atMs: 200 }, 200);
  expect(lookahead.places.visits()[0]!.visits[0]!.cpuCores).toBeLessThan(1.1);
});

test('a wait that lasts gives CPU back; the loop is told when to ask again', () => {
  const { lookahead, nowMs } = turns(3);
  expect(aheadAt(lookahead, nowMs + 20)).toMatchObject({ cpuIdle: true, cpuCores: 0 });
  expect(lookahead.nextMs(nowMs + 20)).toBe(nowMs + 470);
});

test('what is given back between visits is not added to what the next one takes', () => {
  const afterRounds = (keeps: boolean) => {
    const lookahead = lookaheadAfter([]);
    const at = (atMs: number, megabytes: number) => ({
      ...emptySample(),
      atMs,
      intervalMs: 20,
      memoryWorkingSetBytes: megabytes * 1e6,
    });
    for (let round = 0; round < 3; round++) {
      const base = 10 + (keeps ? round * 170 : 0);
      lookahead.see(view('saw.py:fill:2'), at(round * 1000, base), round * 1000);
      lookahead.observe(at(round * 1000 + 200, base + 170));
      lookahead.see(
        view('saw.py:rest:5', true),
        at(round * 1000 + 500, base + 170),
        round * 1000 + 500,
      );
    }
    // It still holds the last block, and will fill the next one soon.
    const nowMs = 2990;
    const ahead = emptyAhead();
    lookahead.ahead(at(nowMs, keeps ? 520 : 180), nowMs, ahead);
    return ahead.memoryBytes / 1e6;
  };
  expect(afterRounds(true)).toBe(520 + 170);
  expect(afterRounds(false)).toBe(0);
});

test('one visit is not believed', () => {
  const { lookahead, nowMs } = turns(1);
  expect(aheadAt(lookahead, nowMs + 480).cpuCores).toBe(0);
});

test('what was learned can be kept for the next run', () => {
  const { lookahead, nowMs } = turns(3);
  lookahead.places.end({ ...emptySample(), atMs: nowMs }, nowMs);
  const next = lookaheadAfter(lookahead.places.visits().map(asHistory));
  next.see(view('job.py:rest:2', true), { ...emptySample(), atMs: nowMs }, nowMs);
  expect(aheadAt(next, nowMs + 480).cpuCores).toBeCloseTo(2);
});

test('a dict that grows is given room for the table that replaces it', () => {
  const lookahead = lookaheadAfter([]);
  for (const length of [300_000, 400_000]) {
    const containers = [{ name: 'seen', function: 'f', kind: 'dict', length, bytes: length * 100 }];
    lookahead.see({ ...view('job.py:f:3'), look: { ...LOOK, containers } }, emptySample(), length);
  }
  const ahead = aheadAt(lookahead, 400_001);
  expect(ahead.memoryBytes).toBe(400_000 * 36 * 2);
  expect(ahead.memoryText).toContain('dict seen grows');
});

test('calls that are under way at once get the rate of their answers before they come', () => {
  const lookahead = lookaheadAfter([]);
  // Two are no burst, nor is a third that begins after they were answered.
  for (const [underWay, nowMs] of [
    [2, 0],
    [0, 10],
    [1, 20],
  ] as const)
    lookahead.seeCalls(underWay, nowMs);
  expect(aheadAt(lookahead, 30).ingressBitsPerSecond).toBe(0);
  lookahead.seeCalls(6, 40);
  expect(aheadAt(lookahead, 50)).toMatchObject({
    ingressBitsPerSecond: 96e6,
    networkText: '6 calls are under way at once',
  });
  expect(aheadAt(lookahead, 300).ingressBitsPerSecond).toBe(0);
});

test('a loop reaches no further than the run may be given, also when that is changed', () => {
  const lookahead = lookaheadAfter([]);
  const grown = (look: number) => {
    const loops = [{ file: 'job.py', firstLine: 3, done: look * 10, total: 1000 }];
    const bytes = look * 50 * 2 ** 20;
    const sample = { ...emptySample(), atMs: look * 100, memoryWorkingSetBytes: bytes };
    lookahead.see({ ...view('job.py:f:3'), look: { ...LOOK, loops } }, sample, look * 100);
    const ahead = emptyAhead();
    lookahead.ahead(sample, look * 100, ahead);
    return { likely: lookahead.progress(look * 100)?.peakBytes.likely, ahead };
  };
  for (let look = 1; look <= 8; look++) grown(look);
  expect(grown(9).likely).toBe(5000 * 2 ** 20);
  lookahead.within({ memoryBytes: 2 ** 29, cpuCores: 2 });
  const { likely, ahead } = grown(10);
  expect(likely).toBe(2 ** 29);
  expect(ahead.memoryBytes).toBe(2 ** 29);
  expect(ahead.memoryText).toBe('its loop has done 10 % and will reach 512Mi');
});

test('a program seen from outside: an answer that is waited for, and a file that is read', () => {
  const lookahead = lookaheadAfter([]);
  const waiting = { ...view('curl', true), callsUnderWay: 1, target: '10.0.0.1:443' };
  lookahead.see(waiting, emptySample(), 0);
  expect(aheadAt(lookahead, 10)).toMatchObject({
    cpuIdle: true,
    cpuIdleText: 'waits for 10.0.0.1:443',
    keepsMemory: true,
  });
  for (let look = 1; look <= 8; look++) {
    const loops = [{ file: '/work/rows.txt', firstLine: 0, done: look * 1e7, total: 4e8 }];
    const reading = { ...view('rows'), look: { ...LOOK, loops }, reads: 'rows.txt' };
    const bytes = look * 1e7;
    const sample = { ...emptySample(), atMs: look * 250, memoryWorkingSetBytes: bytes };
    lookahead.see(reading, sample, look * 250);
  }
  const ahead = emptyAhead();
  const now = { ...emptySample(), atMs: 2000, memoryWorkingSetBytes: 8e7 };
  lookahead.ahead(now, 2000, ahead);
  // 10 MB in 250 ms, which is how far ahead room is made; 400 MB at its end.
  expect(ahead.memoryBytes).toBeCloseTo(9e7, -6);
  expect(ahead.memoryText).toBe('it has read 20 % of rows.txt and will reach 381Mi');
});

test('a look that is late does not credit a command with what the next one did', () => {
  const lookahead = lookaheadAfter([]);
  const reading = (atMs: number, megabytes: number) => ({
    ...emptySample(),
    atMs,
    cpuCoresUsed: 2,
    memoryWorkingSetBytes: megabytes * 1e6,
  });
  const at = (key: string, ranCores: number, sample: ReturnType<typeof reading>) =>
    lookahead.see({ ...view(key, key === 'sleep'), ranCores }, sample, sample.atMs);
  for (let round = 0; round < 3; round++) {
    const begunMs = round * 1000;
    at('sleep', 0, reading(begunMs, 10));
    // The other has begun, and nobody has looked yet.
    lookahead.observe(reading(begunMs + 480, 30));
    at('spin', 0.5, reading(begunMs + 500, 40));
    lookahead.observe(reading(begunMs + 600, 70));
    at('spin', 1.9, reading(begunMs + 700, 60));
  }
  at('sleep', 0, reading(3000, 10));
  const visitsOf = (key: string) =>
    lookahead.places.visits().find((place) => place.key === key)!.visits;
  const visit = { ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };
  expect(visitsOf('sleep')).toEqual(
    Array(3).fill({ ...visit, cpuCores: 0, grownBytes: 0, durationMs: 500 }),
  );
  expect(visitsOf('spin')).toEqual(
    Array(3).fill({ ...visit, cpuCores: 1.9, grownBytes: 60e6, durationMs: 500 }),
  );
});

/** What a store makes of one run. */
function asHistory({ key, visits, next }: PlaceVisits): PlaceHistory {
  const most = (read: (visit: PlaceVisits['visits'][number]) => number) =>
    Math.max(...visits.map(read));
  return {
    key,
    next,
    durationsMs: visits.map(({ durationMs }) => durationMs),
    cpuCores: most(({ cpuCores }) => cpuCores),
    grownBytes: most(({ grownBytes }) => grownBytes),
    ingressBitsPerSecond: 0,
    egressBitsPerSecond: 0,
  };
}
