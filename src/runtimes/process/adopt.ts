import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Allocation } from '#model/allocation.ts';
import type { Exit, Instance } from '#model/instance.ts';
import { attachCgroup } from './cgroup/open.ts';
import { withBurstRoom, type RoomyCgroup } from './burst-room.ts';
import { openChannel } from './channel/channel.ts';
import { createInstance } from './instance.ts';
import { stateFolderOf } from './instance-folders.ts';
import { readRecord, writeRecord, type InstanceRecord } from './instance-record.ts';
import { cgroupSpec } from './launch.ts';
import { adoptInstanceNetwork } from './network/create.ts';
import type { InstanceNetwork } from './network/types.ts';
import { INPUT_PIPE } from './open-input.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import { enforcementOf, type ProcessRuntimeOptions } from './options.ts';
import { hasExited, readChildPid, readExit } from './shim.ts';
import { readShimIdentity } from './start-shim.ts';
import { tearDown } from './tear-down.ts';

const POLL_MS = 20;

/**
 * Takes over an instance whose controller is gone. The program never noticed: its shim waits for it
 * and leaves the exit code.
 */
export async function adoptInstance(
  options: ProcessRuntimeOptions,
  id: string,
): Promise<Instance | undefined> {
  const stateFolder = stateFolderOf(options.runtimeFolder, id);
  const record = readRecord(stateFolder);
  const sandboxPid = readChildPid(stateFolder);
  const shim = record?.shim ?? readShimIdentity(stateFolder);
  if (!record || !shim || sandboxPid === undefined || isAlive(record.controller)) return undefined;
  const controller = identify(process.pid);
  if (!controller) return undefined;
  writeRecord(stateFolder, { ...record, shim, controller });
  const cgroup = attachRoomyCgroup(options, record);
  // Its former controller may have stopped it for want of memory; whoever watches now decides anew.
  cgroup?.standstill?.thaw();
  const network = await adoptInstanceNetwork(options.runtimeFolder, id);
  const { workFolder } = record;
  return createInstance({
    id,
    enforcement: enforcementOf(options.hierarchy),
    stateFolder,
    sandboxPid,
    shimPid: shim.pid,
    cgroup,
    network,
    initial: allocationOf(cgroup, network),
    burstRoomBytes: record.burstRoomBytes ?? 0,
    maxMemoryBytes: record.maxMemoryBytes ?? Number.POSITIVE_INFINITY,
    channel: openChannel(stateFolder),
    writableFolders: record.writableFolders ?? [],
    outputPaths: record.outputPaths,
    hasInput: existsSync(`${stateFolder}/${INPUT_PIPE}`),
    exited: whenExited(stateFolder, shim),
    release: () => tearDown({ cgroup, network, shim, stateFolder, workFolder }),
  });
}

function attachRoomyCgroup(
  { hierarchy }: ProcessRuntimeOptions,
  record: InstanceRecord,
): RoomyCgroup | undefined {
  const cgroup = attachCgroup(hierarchy, cgroupSpec(record, { cpuCores: 1, memoryBytes: 1 }));
  const maxMemoryBytes = record.maxMemoryBytes ?? Number.POSITIVE_INFINITY;
  const { burstRoomBytes = 0 } = record;
  return cgroup && withBurstRoom(cgroup, { burstRoomBytes, maxMemoryBytes });
}

function allocationOf(
  cgroup: RoomyCgroup | undefined,
  network: InstanceNetwork | undefined,
): Allocation {
  const { cpuCores, memoryBytes } = cgroup?.readBack() ?? {
    cpuCores: Number.POSITIVE_INFINITY,
    memoryBytes: Number.POSITIVE_INFINITY,
  };
  const none = { ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };
  return { cpuCores, memoryBytes, ...(network?.rates() ?? none) };
}

/** Only a parent is told of an exit; whoever adopts looks for the shim's word, or its absence. */
async function whenExited(
  stateFolder: string,
  shim: ProcessIdentity,
): Promise<Omit<Exit, 'memoryExhausted'>> {
  while (!hasExited(stateFolder) && isAlive(shim)) await sleep(POLL_MS);
  return readExit(stateFolder) ?? { started: true, signal: 'SIGKILL' };
}
