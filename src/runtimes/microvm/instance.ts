import { constants } from 'node:os';
import { toldAllocation, type Allocation } from '#model/allocation.ts';
import { describe } from '#model/errors.ts';
import type { Exit, Instance, OutputStreams } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { Sample } from '#model/sample.ts';
import { openInstanceSampler } from '#monitor/instance-sampler.ts';
import type { Sampler } from '#monitor/sources.ts';
import type { InstanceCgroup } from '../process/cgroup/types.ts';
import type { InstanceNetwork } from '../process/network/types.ts';
import { sendSignal } from '../process/process-identity.ts';
import type { Link } from './agent/link.ts';
import { openWords } from './agent/words.ts';
import { openEnd } from './end.ts';
import { openInput } from './guest/input.ts';
import { enforcementOf, type MicrovmOptions } from './options.ts';
import type { MachineRecord } from './record.ts';
import type { MemoryLayout } from './resize/layout.ts';
import { createLimits } from './resize/limits.ts';
import { GuestMemory } from './resize/memory.ts';
import type { Monitor } from './start-monitor.ts';
import { watchSuccession } from './succession.ts';
import { createUsage } from './usage.ts';
import type { Fallback, Machine } from './vmm/types.ts';

/** Until a guest has more memory, measured under TCG: bench/results/microvm.json. */
const ACTUATION_LATENCY_MS = 150;
const KILL_DEADLINE_MS = 5_000;

export type InstanceParts = {
  readonly options: MicrovmOptions;
  readonly record: MachineRecord;
  readonly stateFolder: string;
  readonly monitor: Monitor;
  readonly cgroup: InstanceCgroup | undefined;
  readonly network: InstanceNetwork | undefined;
  readonly machine: Machine;
  readonly link: Link;
  readonly layout: MemoryLayout;
  readonly pluggedBytes: number;
  readonly initial: Allocation;
  readonly output: OutputStreams;
  /** Of a launch: what feeds its input. */
  readonly stdin?: LaunchSpec['stdin'];
  /** Of a launch: what the machine does without here. */
  readonly fallbacks?: readonly Fallback[];
  readonly release: () => Promise<void>;
};

/** A machine whose program runs, or has run. Lifecycle: see model/instance.ts. */
export function createMachineInstance(parts: InstanceParts): Instance {
  const { record, cgroup, machine, link, monitor } = parts;
  const memory = new GuestMemory({
    ...parts,
    initialBytes: parts.initial.memoryBytes,
    burstRoomBytes: record.burstRoomBytes,
    maxBytes: record.maxMemoryBytes,
    limit: (bytes) => link.say('L', String(Math.floor(bytes))),
  });
  const limits = createLimits({
    ...parts,
    processors: record.processors,
    mostProcessors: record.mostProcessors ?? record.processors,
    memory,
    setOnline: (count) => link.say('C', String(count)),
  });
  const usage = createUsage(
    (sample) => openHostSampler(parts, sample),
    () => memory.limitBytes(),
    record.bootUsec ?? 0,
  );
  let isOver = false;
  let isOurs = true;
  const input = openInput(link, () => isOver);
  const stopInput = input.pass(parts.stdin);
  const end = openEnd({
    ...parts,
    kept: record.kept,
    monitorEnded: monitor.ended,
    oomKills: usage.oomKills,
  });
  link.listen({
    onCounters: (counters) => usage.arrive(counters, performance.now()),
    onEnd: (told) => end.told(told),
  });
  const letGo = (): void => {
    stopWatching();
    words.close();
    link.close();
    machine.close();
  };
  const stopWatching = watchSuccession(parts.stateFolder, record.claim, () => {
    isOurs = false;
    letGo();
  });
  const exited = end.exited.then((exit): Exit => {
    usage.read(performance.now());
    isOver = true;
    stopInput();
    memory.close();
    return exit;
  });
  const words = openWords(link, parts.stateFolder);
  const { standstill } = cgroup ?? {};
  return {
    id: record.id,
    runtime: 'microvm',
    notes: (parts.fallbacks ?? []).map((fallback) => ({
      code: 'microvm-fallback',
      text: describe('microvm-fallback', fallback),
    })),
    enforcement: enforcementOf(parts.options.hierarchy),
    actuationLatencyMs: ACTUATION_LATENCY_MS,
    kernelEndsAtMaximum: true,
    exited,
    writableFolders: record.writableFolders,
    reading: usage.reading,
    ...(cgroup && { hasLimits: () => isOver || cgroup.readBack() !== undefined }),
    allocation: limits.allocation,
    sample: (nowMs, quietUntilMs) => !isOver && usage.read(nowMs, quietUntilMs),
    cpuUsecTotal: () => (isOver ? -1 : usage.cpuUsecTotal()),
    onPressure: usage.onPressure,
    // Its own memory, which the host gives page by page as the guest touches it.
    burstRoom: { bytes: record.burstRoomBytes, close() {}, open() {} },
    ...(standstill && { standstill: { ...standstill, reclaim: () => link.say('D') } }),
    resize: limits.apply,
    signal(signal) {
      standstill?.thaw();
      link.say('K', String(signalNumber(signal)));
    },
    kill() {
      standstill?.thaw();
      if (isOver) return;
      end.expectKill();
      link.say('9');
      // A guest that does not answer is ended from outside.
      setTimeout(
        () => isOver || sendSignal(monitor.identity.pid, 'SIGKILL'),
        KILL_DEADLINE_MS,
      ).unref();
    },
    onMessage: words.onMessage,
    publish: (activity) =>
      words.tell(JSON.stringify({ ...toldAllocation(limits.allocation()), activity })),
    ...(record.hasInput && { input }),
    async release() {
      stopInput();
      memory.close();
      letGo();
      if (isOurs) await parts.release();
      usage.close();
      end.abandon();
      isOver = true;
    },
  };
}

function signalNumber(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}

function openHostSampler({ cgroup, monitor, network }: InstanceParts, sample: Sample): Sampler {
  const source = network && {
    ingressBytesPath: network.byteCounterPaths.ingress,
    egressBytesPath: network.byteCounterPaths.egress,
    pollBacklog: network.pollBacklog,
    backlog: network.backlog,
  };
  return openInstanceSampler(
    { cgroup: cgroup?.sources, rootPid: monitor.identity.pid, network: source },
    sample,
  );
}
