import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeFleet, type Fleet } from './loop/fleet.ts';
import { measureHeapPerTick } from './loop/heap-per-tick.ts';
import { reactionOf, type Reaction } from './loop/reaction.ts';
import { runRestless } from './loop/restless.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const RESTLESS = 4;
/** Samplers, policies and code get warm, and new instances calm down to one reading a second. */
const WARM_UP_MS = 4000;

/** What the loop costs and how fast it answers, with 1, 100 and 1,000 instances. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '90' },
      sizes: { type: 'string', default: '1,100,1000' },
    },
  });
  const machine = beginBenchmark('loop');
  const heap = await measureHeapPerTick();
  process.stdout.write(`heap: ${JSON.stringify(heap)}\n`);
  const sizes: Figures[] = [];
  for (const size of values.sizes.split(',').map(Number)) {
    sizes.push(await measure(size, Number(values.seconds)));
  }
  print(sizes);
  writeResult('loop', machine, { seconds: Number(values.seconds), heap, sizes });
}

type Figures = {
  readonly instances: number;
  readonly restless: number;
  readonly cpu: {
    readonly usecPerSample: number;
    readonly usecPerSampleQuiet: number;
    readonly samplesPerSecond: number;
    readonly looksPerSecond: number;
    readonly resizesPerSecond: number;
    readonly coresOfController: number;
    readonly coresOfControllerQuiet: number;
  };
  readonly cpuReaction: Reaction;
  readonly memoryReaction: Reaction;
};

async function measure(size: number, seconds: number): Promise<Figures> {
  const fleet = makeFleet(size);
  try {
    await sleep(WARM_UP_MS);
    const quiet = await costOf(fleet, () => sleep(5000));
    const members = fleet.members.slice(0, RESTLESS);
    const busy = await costOf(fleet, () =>
      Promise.all(members.map((member, seed) => runRestless(member, { seed: seed + 1, seconds }))),
    );
    const bursts = busy.result.flat();
    const { raises } = fleet.meter;
    return {
      instances: size,
      restless: members.length,
      cpu: {
        ...busy.cost,
        usecPerSampleQuiet: quiet.cost.usecPerSample,
        coresOfControllerQuiet: quiet.cost.coresOfController,
      },
      cpuReaction: reactionOf('cpu', bursts, raises),
      memoryReaction: reactionOf('memory', bursts, raises),
    };
  } finally {
    await fleet.dissolve();
  }
}

/** All CPU time of this process counts: timers, ledger, kernel writes and garbage collection too. */
async function costOf<Result>({ meter }: Fleet, work: () => Promise<Result>) {
  const before = { ...meter.counts, cpu: process.cpuUsage(), atMs: performance.now() };
  const result = await work();
  const seconds = (performance.now() - before.atMs) / 1000;
  const { user, system } = process.cpuUsage(before.cpu);
  const samples = meter.counts.samples - before.samples;
  const cost = {
    usecPerSample: rounded((user + system) / samples),
    samplesPerSecond: rounded(samples / seconds),
    looksPerSecond: rounded((meter.counts.looks - before.looks) / seconds),
    resizesPerSecond: rounded((meter.counts.resizes - before.resizes) / seconds),
    coresOfController: rounded((user + system) / 1e6 / seconds),
  };
  return { result, cost };
}

function print(sizes: readonly Figures[]): void {
  const row = (name: string, of: (figures: Figures) => string | number): string[] => [
    name,
    ...sizes.map((figures) => String(of(figures))),
  ];
  const pair = ({ p50, p99, count }: Reaction['fromBurst']) => `${p50} / ${p99} (${count})`;
  printTable([
    row('instances', ({ instances }) => instances),
    row('µs CPU per sample', ({ cpu }) => cpu.usecPerSample),
    row('  same, all idle', ({ cpu }) => cpu.usecPerSampleQuiet),
    row('samples per second', ({ cpu }) => cpu.samplesPerSecond),
    row('looks per second', ({ cpu }) => cpu.looksPerSecond),
    row('cores of the controller', ({ cpu }) => cpu.coresOfController),
    row('  same, all idle', ({ cpu }) => cpu.coresOfControllerQuiet),
    row('cpu: burst → limit, ms p50/p99 (n)', (of) => pair(of.cpuReaction.fromBurst)),
    row('cpu: throttled → limit', (of) => pair(of.cpuReaction.fromHeldUp)),
    row('cpu: raised in time', (of) => of.cpuReaction.raisedInTime),
    row('cpu: held up per burst', (of) => pair(of.cpuReaction.heldUpPerBurst)),
    row('memory: burst → limit', (of) => pair(of.memoryReaction.fromBurst)),
    row('memory: stalled → limit', (of) => pair(of.memoryReaction.fromHeldUp)),
    row('memory: raised in time', (of) => of.memoryReaction.raisedInTime),
    row('memory: held up per burst', (of) => pair(of.memoryReaction.heldUpPerBurst)),
  ]);
}
