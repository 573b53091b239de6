import { writeFileSync } from 'node:fs';
import type { LaunchSpec } from '#model/launch.ts';
import { createCgroup } from '../process/cgroup/open.ts';
import type { InstanceCgroup } from '../process/cgroup/types.ts';
import { createInstanceNetwork, needsNetwork } from '../process/network/create.ts';
import type { InstanceNetwork } from '../process/network/types.ts';
import { openOutputPipes, type OutputPipes } from '../process/output-pipes.ts';
import { makePipes } from '../process/pipe-stock.ts';
import { cgroupSpec } from './cgroup-spec.ts';
import { SHARE_SOCKET, writeStartScript } from './guest/script.ts';
import { writeShare } from './guest/share.ts';
import { addTap } from './guest/tap.ts';
import type { Image } from './image/store.ts';
import type { MicrovmOptions } from './options.ts';
import type { MachineRecord } from './record.ts';
import { memoryLayout } from './resize/layout.ts';
import type { Connection, Monitor } from './start-monitor.ts';

/** What there is of a machine so far: what has to be removed when the rest fails. */
export type Made = {
  cgroup?: InstanceCgroup | undefined;
  network?: InstanceNetwork | undefined;
  pipes?: OutputPipes | undefined;
  monitor?: Monitor;
  connection?: Connection;
  /** Why its memory is not plugged in. */
  noPlug?: string | undefined;
};

/** Everything that binds the machine and that it will see. Returns the script that starts it. */
export async function prepareMachine(given: {
  readonly options: MicrovmOptions;
  readonly spec: LaunchSpec;
  readonly image: Image;
  readonly stateFolder: string;
  readonly record: MachineRecord;
  readonly made: Made;
}): Promise<string> {
  const { options, spec, image, stateFolder, record, made } = given;
  const { maxMemoryBytes, processors, mostProcessors = processors } = record;
  const { kept } = spec;
  const network = needsNetwork(spec.network) ? await makeNetwork(options, spec) : undefined;
  made.network = network;
  // The boot is not the program's: it may use every processor that the machine has.
  const cgroup = createCgroup(options.hierarchy, cgroupSpec(record, processors, spec.cpuWeight));
  made.cgroup = cgroup;
  for (const path of kept ? [kept.stdoutPath, kept.stderrPath] : [])
    writeFileSync(path, '', { mode: 0o600 });
  if (kept) makePipes([`${stateFolder}/stdout`, `${stateFolder}/stderr`]);
  else made.pipes = openOutputPipes(stateFolder);
  const limitBytes = spec.initial.memoryBytes;
  const shown = writeShare(stateFolder, { spec, network, maxMemoryBytes, limitBytes });
  const { bootBytes, mostPluggedBytes } = memoryLayout(maxMemoryBytes);
  made.noPlug = image.lacks.includes('virtio_mem')
    ? 'its kernel has no driver'
    : await options.vmm.whyNoPlug();
  const command = await options.vmm.command({
    kernel: `${image.folder}/vmlinuz`,
    initrd: `${image.folder}/initrd`,
    rootImage: `${image.folder}/root.squashfs`,
    processors,
    mostProcessors,
    bootMemoryBytes: bootBytes,
    mostPluggedBytes,
    plugs: made.noPlug === undefined,
    stateFolder,
    sharePath: `${stateFolder}/${SHARE_SOCKET}`,
    stdoutPath: `${stateFolder}/stdout`,
    stderrPath: `${stateFolder}/stderr`,
    ...(network && { tap: await addTap(network) }),
  });
  const netnsPath = network?.netnsPath;
  const procsFiles = cgroup?.procsFiles ?? [];
  return writeStartScript({ stateFolder, shown, command, kept, procsFiles, netnsPath });
}

function makeNetwork(
  { runtimeFolder }: MicrovmOptions,
  { id, network, initial }: LaunchSpec,
): Promise<InstanceNetwork> {
  return createInstanceNetwork({
    instanceId: id,
    rule: network,
    runtimeFolder,
    ingressBitsPerSecond: initial.ingressBitsPerSecond,
    egressBitsPerSecond: initial.egressBitsPerSecond,
  });
}
