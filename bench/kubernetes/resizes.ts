import { setTimeout as sleep } from 'node:timers/promises';
import type { Allocation } from '#model/allocation.ts';
import type { ResizeOutcome } from '#model/decision.ts';
import { readVersion } from '#runtimes/kubernetes/api/version.ts';
import { readClusterCapacity } from '#runtimes/kubernetes/capacity.ts';
import { openCluster } from '../../test/kubernetes/cluster.ts';
import { openWatchedPod, type WatchedPod } from './watched-pod.ts';

const MIB = 2 ** 20;
const HELD_BYTES = 200 * MIB;
const BETWEEN_MS = 200;
/** Longer than the resizer's first patience: the next one is sent, not refused unasked. */
const AFTER_REFUSAL_MS = 1_200;

export type Figures = {
  readonly name: string;
  readonly outcomes: readonly string[];
  readonly message?: string | undefined;
  readonly answeredMs: readonly number[];
  readonly insideMs: readonly number[];
  readonly settledMs: readonly number[];
};

type Case = {
  readonly name: string;
  readonly from: Allocation;
  readonly to: Allocation;
};

type Take = (target: Allocation) => Promise<ResizeOutcome>;

/** Every case on one pod of its own, one resize after the other. */
export async function measureResizes(
  runs: number,
): Promise<{ readonly server: string; readonly cases: readonly Figures[] }> {
  const cluster = await openCluster();
  try {
    const { gitVersion } = await readVersion(cluster.client);
    const { largest } = await readClusterCapacity(cluster.client);
    const cases: Figures[] = [];
    const onPod = async (
      heldBytes: number,
      work: (pod: WatchedPod) => Promise<readonly Figures[]>,
    ): Promise<void> => {
      const pod = await openWatchedPod(cluster, { heldBytes });
      try {
        cases.push(...(await work(pod)));
      } finally {
        await pod.close();
      }
    };
    await onPod(0, (pod) => each(plainCases(), (one) => measure(pod, pod.resize, one, runs)));
    const below = { from: of(0.3, 320), to: of(0.3, 64) };
    await onPod(HELD_BYTES, async (pod) => [
      await measure(pod, pod.resize, { name: 'memory down, below usage', ...below }, runs),
      await measure(pod, pod.resizeBlindly, { name: 'the same, usage unknown', ...below }, runs),
    ]);
    const beyond = { from: of(0.3, 128), to: of(0.3, (largest.memoryBytes / MIB) * 1.5) };
    const most = { from: of(0.3, 128), to: of(0.3, (largest.memoryBytes / MIB) * 0.7) };
    await onPod(0, async (pod) => {
      const first = await measure(
        pod,
        pod.resize,
        { name: 'more than a node has', ...beyond },
        runs,
      );
      const filler = await openWatchedPod(cluster, { heldBytes: 0, reserved: most.to });
      const deferred = { name: 'no room now (Deferred)', ...most };
      try {
        return [first, await measure(pod, pod.resize, deferred, runs)];
      } finally {
        await filler.close();
      }
    });
    return { server: gitVersion, cases };
  } finally {
    await cluster.close();
  }
}

function plainCases(): readonly Case[] {
  return [
    { name: 'CPU up', from: of(0.3, 128), to: of(0.8, 128) },
    { name: 'CPU down', from: of(0.8, 128), to: of(0.3, 128) },
    { name: 'memory up', from: of(0.3, 128), to: of(0.3, 256) },
    { name: 'memory down, above usage', from: of(0.3, 256), to: of(0.3, 128) },
    { name: 'CPU and memory up', from: of(0.3, 128), to: of(0.8, 256) },
    { name: 'CPU and memory down', from: of(0.8, 256), to: of(0.3, 128) },
  ];
}

function of(cpuCores: number, mebibytes: number): Allocation {
  const memoryBytes = Math.round(mebibytes) * MIB;
  return { cpuCores, memoryBytes, ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };
}

async function each(
  cases: readonly Case[],
  take: (one: Case) => Promise<Figures>,
): Promise<readonly Figures[]> {
  const figures: Figures[] = [];
  for (const one of cases) figures.push(await take(one));
  return figures;
}

async function measure(
  pod: WatchedPod,
  take: Take,
  { name, from, to }: Case,
  runs: number,
): Promise<Figures> {
  const answeredMs: number[] = [];
  const insideMs: number[] = [];
  const settledMs: number[] = [];
  const outcomes = new Set<string>();
  let message: string | undefined;
  for (let run = 0; run < runs; run++) {
    await take(from);
    await sleep(outcomes.has('refused') ? AFTER_REFUSAL_MS : BETWEEN_MS);
    pod.forget();
    const startMs = performance.now();
    const outcome = await take(to);
    settledMs.push(performance.now() - startMs);
    outcomes.add(outcome.state);
    message ??= outcome.message;
    const [answer] = pod.answersMs();
    if (answer !== undefined) answeredMs.push(answer);
    // Its word may be on its way still.
    await sleep(200);
    const [change] = pod.changesMs();
    if (change !== undefined) insideMs.push(change - startMs);
    // What was refused is tried again until it is taken back.
    await take(from);
  }
  return { name, outcomes: [...outcomes], message, answeredMs, insideMs, settledMs };
}
