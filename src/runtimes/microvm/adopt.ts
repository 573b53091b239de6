import type { Instance } from '#model/instance.ts';
import { attachCgroup } from '../process/cgroup/open.ts';
import type { InstanceCgroup } from '../process/cgroup/types.ts';
import { adoptInstanceNetwork } from '../process/network/create.ts';
import type { InstanceNetwork } from '../process/network/types.ts';
import { isAlive } from '../process/process-identity.ts';
import { THIS_CONTROLLER } from '../process/this-controller.ts';
import { cgroupSpec } from './cgroup-spec.ts';
import { createMachineInstance } from './instance.ts';
import type { MicrovmOptions } from './options.ts';
import { stateFolderOf } from '../process/instance-folders.ts';
import { newClaim, readRecord, writeRecord, type MachineRecord } from './record.ts';
import { layoutOf } from './resize/layout.ts';
import { connectMachine, watchMonitor } from './start-monitor.ts';
import { tearDown } from './tear-down.ts';

const NO_RATE = { ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };

/** Takes over a machine whose controller is gone. Neither its guest nor its program noticed. */
export async function adoptMachine(
  options: MicrovmOptions,
  id: string,
): Promise<Instance | undefined> {
  const stateFolder = stateFolderOf(options.runtimeFolder, id);
  const known = readRecord(stateFolder);
  if (!known?.monitor || known.bootUsec === undefined || isAlive(known.controller))
    return undefined;
  if (!isAlive(known.monitor)) return undefined;
  // Whoever is still connected sees this and lets go.
  const record = { ...known, controller: THIS_CONTROLLER, claim: newClaim() };
  writeRecord(stateFolder, record);
  const cgroup = attachCgroup(options.hierarchy, cgroupSpec(record, record.processors));
  // Its former controller may have stopped it for want of memory; whoever watches now decides anew.
  cgroup?.standstill?.thaw();
  const network = await adoptInstanceNetwork(options.runtimeFolder, id);
  const monitor = watchMonitor(known.monitor);
  const layout = layoutOf(record);
  const bootMemoryBytes = layout.bootBytes;
  const connection = await connectMachine(options.vmm, stateFolder, { monitor, bootMemoryBytes });
  const pluggedBytes = layout.mostPluggedBytes > 0 ? await connection.machine.plugged() : 0;
  const memoryBytes = allocatedOf(record, await connection.link.limitBytes);
  return createMachineInstance({
    ...{ options, record, stateFolder, cgroup, network, layout, pluggedBytes, monitor },
    ...connection,
    initial: { ...quotaAndRates(cgroup, network, record), memoryBytes },
    output: { stdout: null, stderr: null },
    release: () => tearDown({ ...record, cgroup, network, monitor: monitor.identity, stateFolder }),
  });
}

function quotaAndRates(
  cgroup: InstanceCgroup | undefined,
  network: InstanceNetwork | undefined,
  { processors }: MachineRecord,
) {
  const cpuCores = cgroup?.readBack()?.cpuCores ?? processors;
  return { cpuCores, ...(network?.rates() ?? NO_RATE) };
}

/** The limit inside lies above the allocation by the burst room; at the maximum there is none. */
function allocatedOf(
  { maxMemoryBytes, burstRoomBytes }: MachineRecord,
  limitBytes: number,
): number {
  return limitBytes === 0 ? maxMemoryBytes : Math.max(0, limitBytes - burstRoomBytes);
}
