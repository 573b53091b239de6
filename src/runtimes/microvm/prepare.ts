import { writeFileSync } from 'node:fs';
import type { LaunchSpec } from '#model/launch.ts';
import { createCgroup } from '../process/cgroup/open.ts';
import type { InstanceCgroup } from '../process/cgroup/types.ts';
import { createInstanceNetwork, needsNetwork } from '../process/network/create.ts';
import type { InstanceNetwork } from '../process/network/types.ts';
import { openOutputPipes, type OutputPipes } from '../process/output-pipes.ts';
import { makePipes } from '../process/pipe-stock.ts';
import { cgroupSpec } from './cgroup-spec.ts';
import { SHARE_SOCKET } from './guest/script.ts';
import { writeShare, type Shown } from './guest/share.ts';
import { addTap } from './guest/tap.ts';
import type { MicrovmOptions } from './options.ts';
import type { MachineRecord } from './record.ts';
import type { Connection, Monitor } from './start-monitor.ts';
import type { Plugs } from './vmm/types.ts';

/** What there is of a machine so far: what has to be removed when the rest fails. */
export type Made = {
  cgroup?: InstanceCgroup | undefined;
  network?: InstanceNetwork | undefined;
  pipes?: OutputPipes | undefined;
  monitor?: Monitor;
  connection?: Connection;
};

/** What a machine is plugged into, and shown. */
export type Prepared = { readonly shown: readonly Shown[]; readonly plugs: Plugs };

/** Everything that binds the machine and that it will see. */
export async function prepareMachine(given: {
  readonly options: MicrovmOptions;
  readonly spec: LaunchSpec;
  readonly stateFolder: string;
  readonly record: MachineRecord;
  readonly made: Made;
}): Promise<Prepared> {
  const { options, spec, stateFolder, record, made } = given;
  const { maxMemoryBytes, processors } = record;
  const { kept } = spec;
  const network = needsNetwork(spec.network) ? await makeNetwork(options, spec) : undefined;
  made.network = network;
  // The boot is not the program's: it may use every processor that the machine has.
  made.cgroup = createCgroup(options.hierarchy, cgroupSpec(record, processors, spec.cpuWeight));
  for (const path of kept ? [kept.stdoutPath, kept.stderrPath] : [])
    writeFileSync(path, '', { mode: 0o600 });
  if (kept) makePipes([`${stateFolder}/stdout`, `${stateFolder}/stderr`]);
  else made.pipes = openOutputPipes(stateFolder);
  const limitBytes = spec.initial.memoryBytes;
  const shown = writeShare(stateFolder, { spec, network, maxMemoryBytes, limitBytes });
  const tap = network && (await addTap(network));
  return { shown, plugs: { sharePath: `${stateFolder}/${SHARE_SOCKET}`, tap } };
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
