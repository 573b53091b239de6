import { describe, expect } from 'vitest';
import type { LoopProgress } from '#model/forecast.ts';
import type { RunSummary } from '#model/summary.ts';
import { test } from './box.ts';

const LIMITS = ['--max-memory', '2Gi', '--max-cpu', '1'];
const TWO_CORES = ['--max-memory', '2Gi', '--max-cpu', '2'];

const placesOf = (summary: RunSummary | undefined, activity?: string) =>
  (summary?.phases ?? [])
    .filter((phase) => activity === undefined || phase.activity === activity)
    .map(({ place }) => place);
const reasonsOf = (summary: RunSummary | undefined, signal: string) =>
  (summary?.decisions ?? []).flatMap(({ reasons }) =>
    reasons.filter((reason) => reason.signal === signal).map(({ text }) => text),
  );

function progressIn(shown: string): readonly LoopProgress[] {
  const { timeline } = JSON.parse(shown) as { timeline: { progress?: LoopProgress }[] };
  return timeline.flatMap(({ progress }) => progress ?? []);
}

/** Steady growth in a loop whose bound can be read: 120 MB in 400 rounds and some two seconds. */
const LOOP = `
import time
def load(count):
    kept = []
    for i in range(count):
        kept.append(bytearray(300_000))
        time.sleep(0.004)
    return kept
print(len(load(400)))
`;

/** The program finds its probe compiled: reading its source takes three times as long as all the rest. */
const IS_COMPILED = `
import os, sys
print(os.path.exists(sys.modules['_limber.watch'].__cached__))
`;

test('a loop with a known bound: its progress predicts its peak', async ({ box }) => {
  const source = LOOP + IS_COMPILED;
  const { summary, stdout } = await box.run([...LIMITS, box.write('loop.py', source)]);
  expect(stdout.toString()).toBe('400\nTrue\n');
  expect(placesOf(summary)).toContain('loop.py:load:5');
  const told = reasonsOf(summary, 'memory.ahead');
  expect(told.join('\n')).toMatch(/its loop has done \d+ % and will reach 1\d\dMi/);
  const { stdout: shown } = await box.limber(['show', 'last', '--json']);
  const recorded = progressIn(shown.toString());
  expect(recorded.length).toBeGreaterThan(3);
  for (const { fraction, secondsLeft, peakBytes } of recorded) {
    expect(fraction).toBeLessThanOrEqual(1);
    expect(secondsLeft.low).toBeLessThanOrEqual(secondsLeft.high);
    expect(peakBytes.low).toBeLessThanOrEqual(peakBytes.high);
    expect(peakBytes.high).toBeLessThanOrEqual(2 * 2 ** 30);
  }
  const late = recorded.filter(({ fraction }) => fraction > 0.5);
  const peak = summary!.memory.peakWorkingSetBytes!;
  for (const { peakBytes } of late) expect(peakBytes.high).toBeGreaterThan(peak * 0.9);
});

test('limber show tells how far a run has come that goes on', async ({ box }) => {
  const slow = LOOP.replace('0.004', '0.2');
  const running = box.start(['run', ...LIMITS, box.write('loop.py', slow)]);
  const shown = async () => (await box.limber(['show', 'last'])).stdout.toString();
  await expect
    .poll(shown, { timeout: 60_000, interval: 500 })
    .toMatch(/progress +\d+ % of its loop, \d+([–-]\d+)? s left, up to [\d.–-]+Mi of memory/);
  running.child.kill('SIGINT');
  await running.ended;
  expect(await shown()).not.toMatch(/progress/);
});

test('a command that names its script: started as written, and its code is read', async ({
  box,
}) => {
  box.write('loop.py', `${LOOP}\nimport sys\nprint(sys.argv, sys.orig_argv)\n`);
  const command = ['python3', '-u', 'loop.py', '--fast'];
  const { summary, stdout, stderr } = await box.run([...LIMITS, '--', ...command]);
  expect(stdout.toString(), stderr).toBe(`400\n['loop.py', '--fast'] ${pythonList(command)}\n`);
  expect(summary).toMatchObject({ language: 'python' });
  expect(placesOf(summary)).toContain('loop.py:load:5');
  expect(reasonsOf(summary, 'memory.ahead').join('\n')).toMatch(/its loop has done \d+ %/);
});

const pythonList = (words: readonly string[]) => `['${words.join("', '")}']`;

/**
 * Rests and builds in turn, always as much, which the code does not tell: it is learned. A rest that
 * is shorter than all before it would be over before anything was prepared.
 */
const TURNS = `
import time
def build(bytes):
    kept = []
    for i in range(40):
        kept.append(bytearray(bytes))
        sum(range(300_000))
    return len(kept)
def rest(n):
    time.sleep(1.5 + n / 50)
for n in range(8):
    build(int('2' + '000000'))
    rest(n)
`;

test('phases: what comes next gets its memory before it asks', async ({ box }) => {
  box.write('turns.py', TURNS);
  const told: string[] = [];
  for (let run = 0; run < 2 && !/comes next/.test(told.join('\n')); run++) {
    const { summary } = await box.run([...LIMITS, 'turns.py']);
    expect(placesOf(summary)).toContain('turns.py:build:5');
    expect(placesOf(summary, 'waiting')).toContain('turns.py:rest:10');
    told.push(...reasonsOf(summary, 'memory.ahead'));
  }
  expect(told.join('\n')).toMatch(
    /build \(turns\.py line 5\) comes next \(\d+ %\) and grew by [4-8]\d(\.\d)?Mi/,
  );
  // What was learned is kept: the next run knows it before its third round, the first that could.
  const { summary } = await box.run([...LIMITS, 'turns.py']);
  const ahead = summary!.decisions.find(({ reasons }) =>
    reasons.some(({ signal, text }) => signal === 'memory.ahead' && /^build .* grew by/.test(text)),
  );
  expect(ahead!.atSeconds).toBeLessThan(summary!.wallSeconds * 0.33);
});

test('several cores are there when a pool begins', async ({ box }) => {
  const source = `
import time
from multiprocessing import Pool
def part(count):
    return sum(range(count))
if __name__ == '__main__':
    time.sleep(1)
    with Pool(2) as pool:
        print(len(pool.map(part, [2_000_000] * 4)))
`;
  const { summary, stdout } = await box.run([...TWO_CORES, box.write('pool.py', source)]);
  expect(stdout.toString()).toBe('4\n');
  expect(reasonsOf(summary, 'cpu.ahead').join('\n')).toMatch(
    /Pool in line 8 comes next and keeps 2 cores busy/,
  );
  const ahead = summary!.decisions.find(({ reasons }) =>
    reasons.some(({ signal }) => signal === 'cpu.ahead'),
  );
  expect(ahead!.to.cpuCores).toBe(2);
});

test('one core is not held ready for what comes next: whoever asks is given it', async ({
  box,
}) => {
  const source = `
import time
def think():
    end = time.process_time() + 0.25
    while time.process_time() < end:
        sum(range(2000))
def rest():
    time.sleep(0.5)
for _ in range(6):
    think()
    rest()
`;
  const { summary } = await box.run([...TWO_CORES, box.write('one.py', source)]);
  expect(placesOf(summary, 'computing')).toContain('one.py:think:5');
  expect(placesOf(summary, 'waiting')).toContain('one.py:rest:8');
  expect(reasonsOf(summary, 'cpu.ahead')).toEqual([]);
  expect(reasonsOf(summary, 'cpu.saturated').length).toBeGreaterThan(2);
});

test('on a first run the code says what follows a sleep: CPU goes, memory comes', async ({
  box,
}) => {
  const source = `
import time
def build(n):
    time.sleep(0.5)
    sum(range(3_000_000))
    time.sleep(0.5)
    sum(range(3_000_000))
    time.sleep(0.5)
    return [0] * (n * 1000)
def main():
    n = 30_000
    rows = build(n)
    time.sleep(0.3)
    print(len(rows))
main()
`;
  const { summary, stdout } = await box.run([...LIMITS, box.write('first.py', source)]);
  expect(stdout.toString()).toBe('30000000\n');
  // Of some of them usage tells before anybody has looked.
  expect(reasonsOf(summary, 'cpu.waiting').join('\n')).toMatch(/time\.sleep of 0\.5 s in line \d/);
  expect(reasonsOf(summary, 'memory.ahead').join('\n')).toMatch(
    /list in line 9 comes next and takes 2\d\dMi/,
  );
});

test('recursion in flight makes the live score rise', async ({ box }) => {
  const source = `
def ways(n):
    return 1 if n < 2 else ways(n - 1) + ways(n - 2)
print(ways(29))
`;
  const { summary } = await box.run([...LIMITS, box.write('ways.py', source)]);
  const phase = summary?.phases.find(
    ({ place, activity }) => place.startsWith('ways.py:ways:') && activity === 'computing',
  );
  // 30 of class (2ⁿ) and most of recursion: some twenty activations at once.
  expect(phase?.score).toBeGreaterThan(35);
});

test('a table about to double is given room for both', async ({ box }) => {
  const source = `
def count():
    seen = {}
    for i in range(3_000_000):
        seen[i] = i
        if i % 20_000 == 0:
            total = sum(range(300_000))
    return len(seen)
print(count())
`;
  const { summary, stdout } = await box.run([...LIMITS, box.write('table.py', source)]);
  expect(stdout.toString()).toBe('3000000\n');
  expect(reasonsOf(summary, 'memory.ahead').join('\n')).toMatch(
    /dict seen grows .* will be copied|its loop has done/,
  );
});

const API = `
import http.server, threading, time, urllib.request
class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.6)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'answer')
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(('127.0.0.1', 0), Slow)
threading.Thread(target=server.serve_forever, daemon=True).start()
def ask():
    return urllib.request.urlopen('http://127.0.0.1:%d/' % server.server_address[1]).read()
print([ask() for _ in range(4)])
`;

test('waiting for an answer is told, and gives CPU back', async ({ box }) => {
  const { summary } = await box.run([...LIMITS, box.write('api.py', API)]);
  expect(summary?.phases.map(({ activity }) => activity)).toContain('calling');
  expect(reasonsOf(summary, 'cpu.waiting').join('\n')).toMatch(/waits for 127\.0\.0\.1:\d+/);
});

test('without a probe the run is the same and tells no place', async ({ box }) => {
  const script = box.write('loop.py', LOOP);
  const { summary, stdout } = await box.run([...LIMITS, '--probe', 'off', script]);
  expect(stdout.toString()).toBe('400\n');
  expect(new Set(placesOf(summary))).toEqual(new Set(['']));
});

describe('a lying probe harms nobody', () => {
  test('garbage, floods and false claims stay within the constraints', async ({ box }) => {
    const source = `
import json, os, time
pipe = os.open(os.environ['LIMBER_PROBE'], os.O_WRONLY)
place = [['liar.py', 'big', 7]]
for i in range(60):
    os.write(pipe, b'\\xff{garbage\\n' + b'x' * 3000 + b'\\n')
    look = {'v': 1, 'kind': 'at', 'pid': 7, 't': time.monotonic(), 'state': 'running', 'stack': place,
            'loops': [['liar.py', 7, i * 1e14, 1e16]], 'containers': [['a', 'big', 'dict', 1e15, 1e15]],
            'depth': 1e300, 'tookUs': -5}
    os.write(pipe, json.dumps(look).encode() + b'\\n')
    time.sleep(0.02)
print('done')
`;
    const { summary, stdout, exitCode } = await box.run([
      '--max-memory',
      '256Mi',
      '--max-cpu',
      '1',
      box.write('liar.py', source),
    ]);
    expect([stdout.toString(), exitCode]).toEqual(['done\n', 0]);
    for (const { to } of summary?.decisions ?? []) {
      expect(to.memoryBytes).toBeLessThanOrEqual(256 * 2 ** 20);
      expect(to.cpuCores).toBeLessThanOrEqual(1);
    }
  });
});

describe('node', () => {
  test('a loop with a known bound, and its place', async ({ box }) => {
    const source = `
function load(count) {
  const kept = [];
  for (let i = 0; i < count; i++) {
    kept.push(Buffer.alloc(700_000, 1));
    const end = performance.now() + 25;
    while (performance.now() < end);
  }
  return kept.length;
}
console.log(load(400));
`;
    const { summary, stdout } = await box.run([...LIMITS, box.write('loop.mjs', source)]);
    expect(stdout.toString()).toBe('400\n');
    expect(placesOf(summary)).toContain('loop.mjs:load:4');
    // Five looks at one a second; 267 MiB, and some 25 of Node itself.
    expect(reasonsOf(summary, 'memory.ahead').join('\n')).toMatch(
      /its loop has done \d+ % and will reach (2[6-9]|3[0-3])\dMi/,
    );
  });

  test('TypeScript: the place of a loop over an array', async ({ box }) => {
    const source = `
type Row = { readonly size: number };
function load(rows: readonly Row[]): number {
  const kept: Buffer[] = [];
  for (const row of rows) {
    kept.push(Buffer.alloc(row.size, 1));
    const end: number = performance.now() + 5;
    while (performance.now() < end);
  }
  return kept.length;
}
console.log(load(Array.from({ length: 1000 }, () => ({ size: 300_000 }))));
`;
    const { summary, stdout } = await box.run([...LIMITS, box.write('rows.ts', source)]);
    expect(stdout.toString()).toBe('1000\n');
    expect(placesOf(summary)).toContain('rows.ts:load:5');
  });

  test('recursion in flight, and waiting for an answer', async ({ box }) => {
    const source = `
const http = require('node:http');
function ways(n) { return n < 2 ? 1 : ways(n - 1) + ways(n - 2); }
console.log(ways(40));
const server = http.createServer((_, answer) => setTimeout(() => answer.end('answer'), 700));
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (let k = 0; k < 3; k++) await (await fetch('http://127.0.0.1:' + port)).text();
  server.close();
});
`;
    const { summary, stdout, exitCode } = await box.run([...LIMITS, box.write('api.cjs', source)]);
    expect([stdout.toString(), exitCode]).toEqual(['165580141\n', 0]);
    expect(placesOf(summary, 'computing').join()).toContain('api.cjs:ways:');
    expect(summary?.phases.map(({ activity }) => activity)).toContain('calling');
  });
});
