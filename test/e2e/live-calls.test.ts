import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished } from 'vitest';
import { requires } from '../capabilities.ts';
import type { RunSummary } from '#model/summary.ts';
import { test } from './box.ts';

const LIMITS = ['--max-memory', '1Gi', '--max-cpu', '1'];

const reasonsOf = (summary: RunSummary | undefined, signal: string) =>
  (summary?.decisions ?? []).flatMap((decision) =>
    decision.reasons
      .filter((reason) => reason.signal === signal)
      .map(({ text }) => ({ text, ...decision })),
  );

/** Gives memory back, and then waits for an answer with the rest. */
const ASKING: Readonly<Record<string, string>> = {
  'ask.py': `
import sys, urllib.request
kept, spare = bytearray(40_000_000), bytearray(160_000_000)
del spare
answer = urllib.request.urlopen('http://host.limber.internal:%s/' % sys.argv[1]).read()
print(len(answer), len(kept))`,
  'ask.mjs': `
const kept = new Uint8Array(40_000_000).fill(1);
new Uint8Array(new ArrayBuffer(160_000_000).transfer()).fill(1).buffer.transfer(0);
const answer = await fetch('http://host.limber.internal:' + process.argv[2]);
console.log((await answer.text()).length, kept.length);`,
};

describe('an answer that is late: CPU goes back at once, memory is kept', () => {
  test.for(Object.keys(ASKING))('%s', async (name, { box, skip }) => {
    requires({ skip }, 'nftables');
    const port = await serve({ bytes: 10, afterMs: 6000 });
    const args = [...LIMITS, '--host-port', port, box.write(name, ASKING[name]!), port];
    const { summary, stdout } = await box.run(args);
    expect(stdout.toString()).toBe('10 40000000\n');
    // The phase lasts as long as the wait, and next to nothing runs in it.
    const calling = summary!.phases.filter(({ activity }) => activity === 'calling');
    expect(total(calling, 'seconds')).toBeGreaterThan(4);
    expect(total(calling, 'coreSeconds')).toBeLessThan(0.5);
    const [given] = reasonsOf(summary, 'cpu.waiting');
    // On a busy machine its name takes long enough to be waited for by itself.
    expect(given?.text).toMatch(/waits for host\.limber\.internal(:\d+)?$/);
    expect(given!.to.cpuCores).toBeLessThanOrEqual(0.2);
    // Some 160 MB are not used, and stay for what the answer may need.
    const taken = reasonsOf(summary, 'memory.unused').map(({ atSeconds }) => atSeconds);
    const isWithin = (seconds: number) =>
      seconds > given!.atSeconds && seconds < given!.atSeconds + 3;
    expect(taken.filter(isWithin)).toEqual([]);
  });
});

/** Six calls at once, which the code says before they are made. */
const SAID: Readonly<Record<string, string>> = {
  'pool.py': `
import sys, time, urllib.request
from concurrent.futures import ThreadPoolExecutor
def ask(_):
    return len(urllib.request.urlopen('http://host.limber.internal:%s/' % sys.argv[1]).read())
time.sleep(1)
with ThreadPoolExecutor(6) as pool:
    print(sum(pool.map(ask, range(6))))`,
};

/** The same, by names that no analysis can know: only the calls themselves tell. */
const HIDDEN: Readonly<Record<string, string>> = {
  'hidden.py': `
import sys, threading, urllib.request
got = []
def work():
    call = getattr(urllib.request, 'url' + 'open')
    got.append(len(call('http://host.limber.internal:%s/' % sys.argv[1]).read()))
threads = [threading.Thread(target=work) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sum(got))`,
  'hidden.mjs': `
const call = globalThis['fet' + 'ch'];
const work = async () => {
  const answer = await call('http://host.limber.internal:' + process.argv[2]);
  return (await answer.arrayBuffer()).byteLength;
};
const sizes = await Promise.all([1, 2, 3, 4, 5, 6].map(() => work()));
console.log(sizes.reduce((sum, size) => sum + size));`,
};

describe('a burst of calls gets its rate before the answers queue', () => {
  const bursts = [
    ...Object.entries(SAID).map(([name, source]) => ({
      name,
      source,
      text: /makes 6 calls at once$/,
    })),
    ...Object.entries(HIDDEN).map(([name, source]) => ({
      name,
      source,
      text: /^\d calls are under way at once$/,
    })),
  ];
  test.for(bursts)('$name', async ({ name, source, text }, { box, skip }) => {
    requires({ skip }, 'nftables');
    const port = await serve({ bytes: 400_000, afterMs: 1500 });
    const network = ['--host-port', port, '--ingress', '2M', '--max-network', '1G'];
    const { summary, stdout } = await box.run([
      ...LIMITS,
      ...network,
      box.write(name, source),
      port,
    ]);
    expect(stdout.toString()).toBe('2400000\n');
    const [raise] = reasonsOf(summary, 'network.ingress.ahead');
    expect(raise?.text).toMatch(text);
    // Connections alone need little: no byte of an answer has been seen.
    expect(raise!.from.ingressBitsPerSecond).toBeLessThan(10e6);
    expect(raise!.to.ingressBitsPerSecond).toBeGreaterThan(40e6);
  });
});

function total(phases: RunSummary['phases'], what: 'seconds' | 'coreSeconds'): number {
  return phases.reduce((sum, phase) => sum + phase[what], 0);
}

async function serve(how: { readonly bytes: number; readonly afterMs: number }): Promise<string> {
  const server: Server = createServer((_, answer) => {
    setTimeout(() => answer.end(Buffer.alloc(how.bytes, 'a')), how.afterMs);
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}
