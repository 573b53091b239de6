import { availableParallelism, totalmem } from 'node:os';
import { LimberError } from '#model/errors.ts';
import type { LaunchSpec } from '#model/launch.ts';
import { CONTROLLER_FOLDER, THIS_CONTROLLER } from '../process/this-controller.ts';
import { newClaim, type MachineRecord } from './record.ts';

/** Where nobody set a maximum: what one machine may have of the host's memory. */
const MOST_OF_HOST = 0.8;
/** A maximum can be raised while it runs; a guest keeps a quarter of a MiB for each that may come. */
const MOST_ADDED = 8;

/** What is known before anything is made. Throws `microvm-unsupported`. */
export function newRecord(spec: LaunchSpec): MachineRecord {
  refuseWhatCannotBe(spec);
  const { id, view, kept, stdin, burstRoomBytes } = spec;
  const mostOfHost = Math.floor(totalmem() * MOST_OF_HOST);
  const maxMemoryBytes = Number.isFinite(spec.maxMemoryBytes) ? spec.maxMemoryBytes : mostOfHost;
  const mounts = view.mounts.filter(({ writable }) => writable).map(({ host }) => host);
  return {
    id,
    controller: THIS_CONTROLLER,
    claim: newClaim(),
    cgroupPath: `${CONTROLLER_FOLDER}/${id}`,
    burstRoomBytes,
    ...processorsFor(spec.machine?.maxCpuCores),
    maxMemoryBytes,
    layoutBytes: commonLayout(maxMemoryBytes, mostOfHost),
    hasInput: stdin === 'open',
    writableFolders:
      view.inPlace || view.writableCurrentFolder ? [view.currentFolder, ...mounts] : mounts,
    ...(kept && { kept }),
  };
}

/** A power of two, so that few templates do for many maxima; what is not plugged in costs nothing. */
function commonLayout(maxBytes: number, mostOfHost: number): number {
  const power = 2 ** Math.ceil(Math.log2(maxBytes));
  return maxBytes > mostOfHost ? maxBytes : Math.min(power, mostOfHost);
}

/** No more than the host has: the rest would only take turns. */
function processorsFor(maxCpuCores = Number.POSITIVE_INFINITY) {
  const host = availableParallelism();
  const processors = Math.max(1, Math.min(Math.ceil(maxCpuCores), host));
  return { processors, mostProcessors: Math.min(host, processors + MOST_ADDED) };
}

function refuseWhatCannotBe({ view }: LaunchSpec): void {
  if (view.rootfs === undefined) return;
  throw new LimberError('microvm-unsupported', {
    problem: 'boots images, not folders',
    hint: 'Leave --rootfs out; `limber image build --packages …` makes an image.',
  });
}
