import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import { emptyAhead, type Ahead } from '#model/ahead.ts';
import { NOTHING_KNOWN } from '#model/known-input.ts';
import { unseenLook } from '#model/probe.fixture.ts';
import type { ProbeLook } from '#model/probe.ts';
import { emptySample } from '#model/sample.ts';
import { CodeAhead } from './code-ahead.ts';
import type { CodeFrame } from './following.ts';

const MEBIBYTE = 2 ** 20;
const FOREVER = Number.POSITIVE_INFINITY;

type Moment = {
  readonly frames: readonly CodeFrame[];
  readonly look?: Partial<ProbeLook>;
  readonly answerLeftMs?: number;
  readonly loopLeftMs?: number;
  /** Since the look. */
  readonly afterMs?: number;
  readonly actuationMs?: number;
};

/** What is ahead at a moment of a program that holds 10 MiB and ran until the look. */
async function aheadIn(
  source: string,
  moment: Moment,
  input = NOTHING_KNOWN,
  language: 'python' | 'javascript' = 'python',
): Promise<Ahead> {
  const profile = await analyze({ source, language, file: 'job' });
  const { actuationMs = 0 } = moment;
  const code = new CodeAhead({ profile, input, mostCores: 8, actuationMs });
  const sample = { ...emptySample(), memoryWorkingSetBytes: 10 * MEBIBYTE };
  code.begin(0);
  const atMs = 1000;
  code.observe({ ...sample, atMs, intervalMs: 20, cpuCoresUsed: 1 });
  const { frames, look, answerLeftMs = Number.NaN, loopLeftMs = FOREVER, afterMs = 0 } = moment;
  code.see({ look: { ...unseenLook(), ...look }, frames, answerLeftMs }, sample, atMs);
  const ahead = emptyAhead();
  code.ahead(atMs + afterMs, loopLeftMs, ahead);
  return ahead;
}

const SLEEPER = `
import time
import numpy as np
def build(n):
    time.sleep(2)
    return np.zeros((n, n))
def main():
    n = int(input())
    grid = build(n)
    rows = [0] * 50_000_000
main()
`;
const IN_SLEEP: Moment = {
  frames: [
    { function: 'build', line: 5 },
    { function: 'main', line: 9 },
    { function: '', line: 11 },
  ],
  look: { state: 'waiting', values: [{ function: 'build', name: 'n', value: 10_000 }] },
};

test('a sleep of known length gives CPU back, and what follows is prepared as it ends', async () => {
  expect(await aheadIn(SLEEPER, { ...IN_SLEEP, afterMs: 500 })).toMatchObject({
    cpuIdle: true,
    cpuIdleText: 'time.sleep of 2 s in line 5',
    memoryBytes: 0,
  });
  const ahead = await aheadIn(SLEEPER, { ...IN_SLEEP, afterMs: 1980 });
  expect(ahead.cpuIdle).toBe(false);
  // The matrix of live n, and the list behind it: nothing says that one goes before the other comes.
  expect(ahead.memoryBytes).toBeCloseTo(10 * MEBIBYTE + 8e8 + 4e8, -6);
  expect(ahead.memoryText).toMatch(/numpy\.zeros in line 6 comes next and takes 76\dMi/);
  expect(ahead.claims.prior.memoryBytes).toBe(ahead.memoryBytes);
});

test('where a resize takes its time, CPU is kept in what is soon over, and there when it ends', async () => {
  const slow = { ...IN_SLEEP, actuationMs: 250 };
  expect(await aheadIn(SLEEPER, { ...slow, afterMs: 500 })).toMatchObject({
    cpuIdle: true,
    keepsCpu: false,
  });
  expect(await aheadIn(SLEEPER, { ...slow, afterMs: 1500 })).toMatchObject({
    cpuIdle: false,
    keepsCpu: true,
    cpuCores: 0,
  });
  expect(await aheadIn(SLEEPER, { ...slow, afterMs: 1740 })).toMatchObject({
    cpuCores: 1,
    cpuText: 'time.sleep of 2 s in line 5 is soon over',
  });
  expect(await aheadIn(SLEEPER, { ...IN_SLEEP, afterMs: 1995 })).toMatchObject({
    cpuCores: 0,
    keepsCpu: false,
  });
});

test('a size whose number nobody has read is not guessed', async () => {
  const look = { state: 'waiting' as const };
  const ahead = await aheadIn(SLEEPER, { ...IN_SLEEP, look, afterMs: 1980 });
  expect(ahead.memoryText).toMatch(/list in line 10 comes next and takes 38\dMi/);
});

test('numbers of another function of the same name do not count', async () => {
  const values = [{ function: 'main', name: 'n', value: 1e6 }];
  const look = { state: 'waiting' as const, values };
  const ahead = await aheadIn(SLEEPER, { ...IN_SLEEP, look, afterMs: 1980 });
  expect(ahead.memoryBytes).toBeLessThan(500 * MEBIBYTE);
});

test('before a probe speaks, arguments and files are known', async () => {
  const source = `
import sys
data = open(sys.argv[1]).read()
rows = [0] * int(sys.argv[2])
`;
  const profile = await analyze({ source, language: 'python', file: 'job.py' });
  const input = {
    arguments: ['words.txt', '4000000'],
    fileBytes: new Map([['words.txt', 50 * MEBIBYTE]]),
  };
  const code = new CodeAhead({ profile, input, mostCores: 8, actuationMs: 0 });
  code.begin(0);
  const ahead = emptyAhead();
  code.ahead(0, FOREVER, ahead);
  expect(ahead.memoryBytes).toBeCloseTo(50 * MEBIBYTE + 32e6, -4);
  expect(ahead.memoryText).toMatch(/read in line 3 comes next and takes 50Mi/);
});

const POOL = `
import time
from multiprocessing import Pool
def work(n):
    return n
if __name__ == '__main__':
    time.sleep(1)
    with Pool(4) as pool:
        pool.map(work, range(9))
`;

test('cores are there when a pool starts, and not before', async () => {
  const moment = { frames: [{ function: '', line: 7 }], look: { state: 'waiting' as const } };
  expect((await aheadIn(POOL, { ...moment, afterMs: 900 })).cpuCores).toBe(0);
  const ahead = await aheadIn(POOL, { ...moment, afterMs: 990 });
  expect(ahead.cpuCores).toBe(4);
  expect(ahead.cpuText).toBe('multiprocessing.Pool in line 8 comes next and keeps 4 cores busy');
});

test('no more cores than may be given, also when that is changed while it runs', async () => {
  const profile = await analyze({ source: POOL, language: 'python', file: 'job.py' });
  const code = new CodeAhead({ profile, input: NOTHING_KNOWN, mostCores: 2, actuationMs: 0 });
  const aheadAt = (atMs: number) => {
    const frames = [{ function: '', line: 8 }];
    code.see({ look: unseenLook(), frames, answerLeftMs: Number.NaN }, emptySample(), atMs);
    const ahead = emptyAhead();
    code.ahead(atMs, FOREVER, ahead);
    return ahead.cpuCores;
  };
  expect(aheadAt(0)).toBe(2);
  code.mostCores = 3;
  expect(aheadAt(10)).toBe(3);
});

test('a branch is half as likely, two of them are left to usage', async () => {
  const source = (branches: number) =>
    `import time\nimport sys\ndef f(a):\n    time.sleep(1)\n${Array.from(
      { length: branches },
      (_, depth) => `${'    '.repeat(depth + 1)}if a[${depth}]:\n`,
    ).join('')}${'    '.repeat(branches + 1)}x = [0] * 50_000_000\n    return x\nf(sys.argv)\n`;
  const moment = {
    frames: [
      { function: 'f', line: 4 },
      { function: '', line: 8 },
    ],
    look: { state: 'waiting' as const },
    afterMs: 990,
  };
  expect((await aheadIn(source(0), moment)).memoryText).toContain('comes next and');
  expect((await aheadIn(source(1), moment)).memoryText).toContain('comes next (50 %) and');
});

test('what stands behind a loop comes when its progress says that it ends', async () => {
  const source = `
def main(items):
    total = 0
    for i in range(100000):
        total += items[i]
    table = [0] * 50_000_000
main([])
`;
  const moment = {
    frames: [
      { function: 'main', line: 5 },
      { function: '', line: 7 },
    ],
    look: { loops: [{ file: 'job', firstLine: 4, done: 99_000, total: 100_000 }] },
  };
  expect((await aheadIn(source, { ...moment, loopLeftMs: 3000 })).memoryBytes).toBe(0);
  const ahead = await aheadIn(source, { ...moment, loopLeftMs: 40 });
  expect(ahead.memoryText).toMatch(/list in line 6 comes next/);
});

test('a loop in the same line of another file is another loop', async () => {
  const source = `
def load(count):
    rows = []
    for i in range(count):
        rows.append(bytearray(400_000))
    table = [0] * 50_000_000
load(int(input()))
`;
  const profile = await analyze({ source, language: 'python', file: '/home/me/job.py' });
  const after = (file: string) => {
    const code = new CodeAhead({ profile, input: NOTHING_KNOWN, mostCores: 8, actuationMs: 0 });
    const frames = [{ function: 'load', line: 5 }];
    const loop = { file, firstLine: 4, done: 40, total: 1000 };
    const ahead = emptyAhead();
    for (const [atMs, done] of [
      [1000, 10],
      [1100, 40],
    ] as const) {
      const look = { ...unseenLook(), loops: [{ ...loop, done }] };
      const sample = { ...emptySample(), memoryWorkingSetBytes: done * 400_000 };
      code.see({ look, frames, answerLeftMs: Number.NaN }, sample, atMs);
    }
    code.ahead(1200, FOREVER, ahead);
    const behind = emptyAhead();
    code.ahead(1200, 10, behind);
    return { round: code.bytesPerRound(loop), now: ahead.memoryText, behind: behind.memoryText };
  };
  const own = after('job.py');
  expect(own.round).toBeGreaterThan(400_000);
  expect(own.now).toContain('rows in line 5 grows by');
  expect(own.behind).toContain('list in line 6 comes next');
  expect(after('lib/job.py')).toEqual({ round: undefined, now: '', behind: '' });
});

test('calls that are made at once get their rate before they are answered', async () => {
  const source = `
const { readFileSync } = require('node:fs');
async function all(urls) {
  await new Promise((done) => setTimeout(done, 1000));
  return Promise.all(urls.map((url) => fetch(url)));
}
all(process.argv.slice(2));
`;
  const moment = {
    frames: [{ function: 'all', line: 4 }],
    look: { state: 'waiting' as const },
    afterMs: 980,
  };
  const ahead = await aheadIn(source, moment, NOTHING_KNOWN, 'javascript');
  expect(ahead.networkText).toMatch(/fetch in line 5 comes next.* calls at once/);
  expect(ahead.ingressBitsPerSecond).toBeGreaterThan(50e6);
});

test('an answer that is due: what is done with it is prepared', async () => {
  const source = `
import urllib.request
def ask():
    body = urllib.request.urlopen('http://example.org').read()
    return [0] * 30_000_000
ask()
`;
  const moment = {
    frames: [
      { function: 'ask', line: 4 },
      { function: '', line: 6 },
    ],
    look: { state: 'waiting' as const },
  };
  expect((await aheadIn(source, { ...moment, answerLeftMs: 900 })).memoryBytes).toBe(0);
  expect((await aheadIn(source, { ...moment, answerLeftMs: 30 })).memoryText).toMatch(
    /list in line 5 comes next/,
  );
});

test('whatever a probe claims, what is ahead is a number and no less than nothing', async () => {
  const profile = await analyze({ source: SLEEPER, language: 'python', file: 'job.py' });
  const number = fc.double({ min: 0, max: 2 ** 53, noNaN: true });
  const frame = fc.record({ function: fc.constantFrom('build', 'main', '', 'x'), line: number });
  fc.assert(
    fc.property(fc.array(frame), number, number, number, (frames, value, done, atMs) => {
      const code = new CodeAhead({ profile, input: NOTHING_KNOWN, mostCores: 8, actuationMs: 0 });
      const look: ProbeLook = {
        ...unseenLook(),
        values: [{ function: 'build', name: 'n', value }],
        loops: [{ file: 'job.py', firstLine: value, done, total: value }],
      };
      code.see({ look, frames, answerLeftMs: done }, emptySample(), atMs);
      const ahead = emptyAhead();
      code.ahead(atMs, done, ahead);
      expect(ahead.memoryBytes).toBeGreaterThanOrEqual(0);
      expect(ahead.memoryBytes).toBeLessThan(2 ** 50);
      expect(ahead.cpuCores).toBeLessThanOrEqual(8);
    }),
  );
});

const LOADER = (rounds: number) => `
import multiprocessing
rows = [i % 97 for i in range(${rounds})]
with multiprocessing.Pool(4) as pool:
    pool.map(part, rows)
`;

test('what follows a comprehension of very many rounds does not come next', async () => {
  const at = { frames: [{ function: '', line: 3 }] };
  expect((await aheadIn(LOADER(5000), at)).cpuCores).toBe(4);
  expect((await aheadIn(LOADER(5_000_000), at)).cpuCores).toBe(0);
});

/** What a list is said to gain when two looks found its loop in the same sleep, ten rounds apart. */
async function grownInSleep(seconds: number): Promise<string> {
  const source = `
import time
def load(count):
    rows = []
    for i in range(count):
        rows.append(bytearray(4_000_000))
        time.sleep(${seconds})
    return rows
load(int(input()))
`;
  const profile = await analyze({ source, language: 'python', file: 'job' });
  const code = new CodeAhead({ profile, input: NOTHING_KNOWN, mostCores: 8, actuationMs: 0 });
  code.begin(0);
  const frames: readonly CodeFrame[] = [
    { function: 'load', line: 7 },
    { function: '', line: 9 },
  ];
  const lookAt = (done: number, atMs: number) => {
    const loops = [{ file: 'job', firstLine: 5, done, total: 500 }];
    const look: ProbeLook = { ...unseenLook(), state: 'waiting', loops };
    const sample = { ...emptySample(), memoryWorkingSetBytes: done * 4 * MEBIBYTE };
    code.see({ look, frames, answerLeftMs: Number.NaN }, sample, atMs);
  };
  lookAt(10, 1000);
  lookAt(20, 1100);
  const ahead = emptyAhead();
  code.ahead(1100, FOREVER, ahead);
  return ahead.claims.prior.memoryText;
}

test('a list grows on in the short sleeps of its loop, and not in a long one', async () => {
  expect(await grownInSleep(0.01)).toMatch(
    /^rows in line 6 grows by .*, 20 of 500 rounds are done/,
  );
  expect(await grownInSleep(2)).toBe('');
});
