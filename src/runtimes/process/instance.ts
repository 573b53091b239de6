import { toldAllocation, type Allocation } from '#model/allocation.ts';
import type { BurstRoom, Enforcement, Exit, Instance } from '#model/instance.ts';
import { emptySample, type Sample } from '#model/sample.ts';
import { openInstanceSampler } from '#monitor/instance-sampler.ts';
import type { NetworkSource, Sampler } from '#monitor/sources.ts';
import { kernelLimits, type RoomyCgroup } from './burst-room.ts';
import type { Channel } from './channel/channel.ts';
import { createLimits } from './limits.ts';
import type { InstanceNetwork } from './network/types.ts';
import { openInput } from './open-input.ts';
import { watchStuckOutput } from './stuck-output.ts';
import { onceThere } from './once-there.ts';
import { sendSignal } from './process-identity.ts';
import { programProcesses } from './program-processes.ts';
import { replaceFile } from './replace-file.ts';

/** A write to a kernel file and the read-back, measured; network changes take a few ms more. */
const ACTUATION_LATENCY_MS = 1;
/** More than any allocation takes to be told. */
const TOLD_LENGTH = 255;

export type InstanceParts = {
  readonly id: string;
  readonly enforcement: Enforcement;
  readonly stateFolder: string;
  /** First process of the sandbox, as the host sees it; it leads the program's process group. */
  readonly sandboxPid: number;
  readonly shimPid: number;
  readonly cgroup: RoomyCgroup | undefined;
  readonly network: InstanceNetwork | undefined;
  readonly initial: Allocation;
  readonly burstRoomBytes: number;
  readonly maxMemoryBytes: number;
  readonly channel: Channel;
  readonly writableFolders?: readonly string[];
  /** Where the shim keeps the output; absent: the controller reads it. */
  readonly outputPaths?: readonly string[] | undefined;
  /** Its standard input was left open. */
  readonly hasInput: boolean;
  readonly exited: Promise<Omit<Exit, 'memoryExhausted'>>;
  readonly release: () => Promise<void>;
};

/** A sandboxed process tree under its cgroups. Lifecycle: see model/instance.ts. */
export function createInstance(parts: InstanceParts): Instance {
  const { cgroup, network, sandboxPid, channel } = parts;
  const reading = emptySample();
  const input = parts.hasInput ? openInput(parts.stateFolder, parts.shimPid) : undefined;
  const limits = createLimits(parts);
  const sampler = openInstanceSampler(
    {
      cgroup: cgroup?.sources,
      rootPid: parts.shimPid,
      network: network && networkSource(network),
    },
    reading,
  );
  const watchMemory = (allocation: Allocation) => {
    sampler.memoryAllocationBytes = allocation.memoryBytes;
    sampler.memoryLimitBytes = kernelLimits(allocation, parts).memoryBytes;
  };
  watchMemory(parts.initial);
  const stopWatchingOutput = parts.outputPaths
    ? watchStuckOutput({ ...parts, paths: parts.outputPaths })
    : () => {};
  let gone = false;
  const processIds = programProcesses({
    sandboxPid,
    shimPid: parts.shimPid,
    inCgroup: cgroup?.processIds,
  });
  const sendToProgram = onceThere({
    isThere: () => processIds().length > 0,
    isGone: () => gone,
    send: (signal) => sendSignal(-sandboxPid, signal),
  });

  const exited = parts.exited.then((exit): Exit => {
    gone = true;
    stopWatchingOutput();
    if (cgroup) sampler.readEverything(performance.now());
    return { ...exit, memoryExhausted: (cgroup?.oomKills() ?? 0) > 0 };
  });

  return {
    id: parts.id,
    runtime: 'process',
    enforcement: parts.enforcement,
    actuationLatencyMs: ACTUATION_LATENCY_MS,
    kernelEndsAtMaximum: cgroup?.kernelEndsAtMaximum ?? false,
    exited,
    writableFolders: parts.writableFolders ?? [],
    reading,
    ...(cgroup && { hasLimits: () => gone || cgroup.readBack() !== undefined }),
    allocation: limits.allocation,
    sample: (nowMs, quietUntilMs) => !gone && sampler.read(nowMs, quietUntilMs),
    cpuUsecTotal: () => (gone ? -1 : sampler.cpuUsecTotal()),
    ...(cgroup && {
      burstRoom: burstRoomOf({ cgroup, sampler, reading, parts }),
      wakeWith: cgroup.wakeWith,
    }),
    onPressure: (callback) => cgroup?.onPressure(callback) ?? (() => {}),
    resize(target) {
      watchMemory(target);
      return limits.apply(target);
    },
    // The sandbox's first process leads the program's group and, as pid 1 of its namespace, ignores
    // what it does not handle itself: the program gets the signal, the sandbox stays.
    signal: (signal) => {
      cgroup?.standstill?.thaw();
      sendToProgram(signal);
    },
    // Ending pid 1 of a pid namespace makes the kernel end everything in it.
    kill: () => {
      // On cgroup v1 a frozen process does not even die.
      cgroup?.standstill?.thaw();
      if (!gone) sendSignal(sandboxPid, 'SIGKILL');
    },
    ...(cgroup?.standstill && { standstill: cgroup.standstill }),
    onMessage: channel.onMessage,
    publish: (activity) =>
      publish({ stateFolder: parts.stateFolder, channel }, limits.allocation(), activity),
    ...(input && { input }),
    outside: {
      processIds,
      networkNamespacePath: network?.netnsPath,
    },
    async release() {
      stopWatchingOutput();
      await limits.settled();
      channel.close();
      input?.close();
      sampler.close();
      await parts.release();
    },
  };
}

function burstRoomOf(given: {
  readonly cgroup: RoomyCgroup;
  readonly sampler: Sampler;
  readonly reading: Sample;
  readonly parts: InstanceParts;
}): BurstRoom {
  const { cgroup, sampler, reading, parts } = given;
  return {
    bytes: parts.burstRoomBytes,
    close() {
      sampler.memoryLimitBytes = Math.max(sampler.memoryAllocationBytes, reading.memoryBytes);
      // The kernel may find less to reclaim than it is asked for: then the limit stays where it was.
      void cgroup.closeRoom(reading.memoryBytes).catch(() => undefined);
    },
    open: cgroup.openRoom,
  };
}

function networkSource(network: InstanceNetwork): NetworkSource {
  return {
    ingressBytesPath: network.byteCounterPaths.ingress,
    egressBytesPath: network.byteCounterPaths.egress,
    pollBacklog: network.pollBacklog,
    backlog: network.backlog,
  };
}

export function allocationText(allocation: Allocation, activity: string): string {
  return JSON.stringify({ ...toldAllocation(allocation), activity });
}

/** Replaced as a whole, in the folder that the program sees: it never reads half of one. */
function publish(
  { stateFolder, channel }: { readonly stateFolder: string; readonly channel: Channel },
  allocation: Allocation,
  activity: string,
): void {
  const text = allocationText(allocation, activity);
  const told = `${stateFolder}/shared/allocation.json`;
  // Of one length: whoever was held up while reading finds no end of another text behind this one.
  replaceFile(told, `${stateFolder}/allocation.spare`, `${text.padEnd(TOLD_LENGTH)}\n`);
  channel.tell(`{"v":1,"kind":"allocation","allocation":${text}}`);
}
