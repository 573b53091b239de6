import { describe } from '#model/errors.ts';
import { toldAllocation, type Allocation } from '#model/allocation.ts';
import type { Exit, Instance } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { Launched } from '../types.ts';
import { hasAgent } from './agent-bounds.ts';
import { openFollow } from './agent/follow.ts';
import { openInput, passInput } from './agent/input.ts';
import { takeLastWords } from './agent/last-words.ts';
import { openLook } from './agent/look.ts';
import type { Client } from './api/client.ts';
import type { Pod } from './api/types.ts';
import { ENFORCEMENT } from './enforcement.ts';
import { bringBack } from './files/bring-back.ts';
import { endOf, isOver, lastUseOf } from './pod/end.ts';
import { isOlder } from './pod/is-older.ts';
import { KEEPER, MAIN } from './pod/names.ts';
import { orInfinity, recordOf, type PodRecord } from './pod/record.ts';
import { removePod } from './pod/remove.ts';
import type { Pods } from './pod/pods.ts';
import { openRates } from './resize/open-rates.ts';
import { Resizer } from './resize/resizer.ts';
import { roomyForm } from './resize/shape.ts';
import { createUsage } from './usage.ts';

/** From the PATCH until the cgroup has it, and the way there: docs/kubernetes.md. */
const ACTUATION_LATENCY_MS = 60;
/** A pod whose program cannot be ended from inside by then is removed. */
const KILL_DEADLINE_MS = 5_000;

export type PodParts = {
  readonly client: Client;
  readonly pods: Pods;
  readonly namespace: string;
  readonly pod: Pod;
  readonly record: PodRecord;
  readonly filesBytes: number;
  /** Of a launch: what feeds its input. */
  readonly stdin?: LaunchSpec['stdin'];
};

/** A pod whose program runs, or has run. Lifecycle: see model/instance.ts. */
export async function createPodInstance(parts: PodParts): Promise<Launched> {
  const { client, pods, namespace, pod, record } = parts;
  const { name } = pod.metadata;
  const place = { namespace, pod: name };
  const keeper = { ...place, container: KEEPER };
  const initial = {
    cpuCores: orInfinity(record.initial.cpuCores),
    memoryBytes: orInfinity(record.initial.memoryBytes),
    ingressBitsPerSecond: orInfinity(record.initial.ingressBitsPerSecond),
    egressBitsPerSecond: orInfinity(record.initial.egressBitsPerSecond),
  };
  const room = {
    burstRoomBytes: record.burstRoomBytes,
    maxMemoryBytes: orInfinity(record.maxMemoryBytes),
  };
  const usage = createUsage(() => resizer.limitBytes());
  const { floorBytes } = usage;
  const resizer = new Resizer({
    client,
    namespace,
    pod,
    container: MAIN,
    form: roomyForm(room),
    initial,
    floorBytes,
  });
  const rates = openRates(client, pod);
  const follow = openFollow(client, keeper, record);
  const look = openLook(
    client,
    { ...place, container: MAIN, command: ['sh', '/run/limber-agent/look.sh'] },
    (counters) => usage.arrive(counters, performance.now()),
  );
  const ended = Promise.withResolvers<Exit>();
  let isRunning = true;
  let isThere = true;
  let wasDeleted = false;
  let isOurs = true;
  const succeeded = Promise.withResolvers<void>();
  const stopFollowing = await pods.follow(namespace, name, (now) => {
    // From before this controller took it over: it would look as if another one had.
    if (now && isOlder(now, pod)) return;
    isThere = now !== undefined && !isOver(now, KEEPER);
    if (now) resizer.observe(now);
    if (now) rates.observe(now);
    if (now && isSucceeded(now, record)) return succeeded.resolve();
    const end = endOf(now, wasDeleted);
    if (end && isRunning) {
      isRunning = false;
      usage.read(performance.now());
      usage.end(lastUseOf(now), performance.now());
      ended.resolve(end.memoryExhausted && now ? { ...end, ...lateLimit(now) } : end);
    }
  });
  /** Ended below its maximum; what an agent of the node has set is not known here. */
  const lateLimit = (now: Pod): Pick<Exit, 'memoryLimitBytes'> => {
    const memoryLimitBytes = resizer.limitBytes();
    const isLate = memoryLimitBytes < room.maxMemoryBytes && !hasAgent(now);
    return isLate && Number.isFinite(room.maxMemoryBytes) ? { memoryLimitBytes } : {};
  };
  // Its output and its end are another's to tell.
  void succeeded.promise.then(() => {
    isOurs = false;
    return Promise.all([look.close(), follow.abandon()]);
  });
  const remove = async (): Promise<void> => {
    wasDeleted = true;
    await removePod(client, namespace, name);
  };
  const stopInput =
    parts.stdin === undefined || parts.stdin === 'ignore' || parts.stdin === 'open'
      ? () => {}
      : passInput(client, keeper, parts.stdin);

  const exited = ended.promise.then(async (end): Promise<Exit> => {
    stopInput();
    await look.close();
    resizer.close();
    rates.close();
    if (end.lost !== undefined || !isThere) {
      await follow.abandon();
      return end;
    }
    await Promise.all([
      follow.finish(() => isThere),
      record.hasProbe && takeLastWords(client, keeper, look.hear),
    ]);
    return withFiles(end, parts, keeper);
  });

  const allocation = (): Allocation => ({ ...resizer.allocation(), ...rates.inForce() });
  let told = '';
  const instance: Instance = {
    id: record.id,
    runtime: 'kubernetes',
    enforcement: ENFORCEMENT,
    actuationLatencyMs: ACTUATION_LATENCY_MS,
    kernelEndsAtMaximum: true,
    exited,
    reading: usage.reading,
    allocation,
    sample(nowMs, quietUntilMs) {
      if (!isRunning) return false;
      look.ask(nowMs);
      usage.read(nowMs, quietUntilMs);
      return true;
    },
    cpuUsecTotal: () => (isRunning ? usage.cpuUsecTotal() : -1),
    onPressure: usage.onPressure,
    // Nobody else's memory: the node's own, of which the scheduler has not promised it to others.
    burstRoom: { bytes: room.burstRoomBytes, close() {}, open() {} },
    async resize(target) {
      const [outcome, problem] = await Promise.all([resizer.resize(target), rates.set(target)]);
      const told = { ...outcome, actual: allocation() };
      return problem === undefined ? told : { ...told, state: 'failed', message: problem };
    },
    signal: look.signal,
    kill() {
      if (!isRunning) return;
      look.kill();
      setTimeout(() => isRunning && void remove(), KILL_DEADLINE_MS).unref();
    },
    onMessage: look.onMessage,
    publish(activity) {
      const text = JSON.stringify({ ...toldAllocation(allocation()), activity });
      if (text !== told) follow.tell(`allocation ${text}`);
      told = text;
    },
    ...(record.hasInput && {
      input: openInput(client, keeper, () => !isRunning),
    }),
    async release() {
      stopInput();
      if (isOurs) await remove();
      if (isRunning) ended.resolve({ started: true, signal: 'SIGKILL', memoryExhausted: false });
      isRunning = false;
      isThere = false;
      stopFollowing();
      resizer.close();
      rates.close();
      await Promise.all([look.close(), follow.abandon()]);
    },
  };
  return { instance, output: follow.output };
}

function isSucceeded(pod: Pod, { claim }: PodRecord): boolean {
  const known = recordOf(pod);
  return known !== undefined && known.claim !== claim;
}

async function withFiles(
  end: Exit,
  { client, record, filesBytes }: PodParts,
  keeper: Parameters<typeof bringBack>[1],
): Promise<Exit> {
  if (record.returnTo === undefined) return end;
  const to = { folder: record.returnTo, mostBytes: filesBytes };
  const problem = await bringBack(client, keeper, to);
  if (problem === undefined) return end;
  const code = 'files-not-returned' as const;
  return { ...end, notes: [{ code, text: describe(code, { problem }) }] };
}
