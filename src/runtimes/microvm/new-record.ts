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
  const maxMemoryBytes = Number.isFinite(spec.maxMemoryBytes)
    ? spec.maxMemoryBytes
    : Math.floor(totalmem() * MOST_OF_HOST);
  const mounts = view.mounts.filter(({ writable }) => writable).map(({ host }) => host);
  return {
    id,
    controller: THIS_CONTROLLER,
    claim: newClaim(),
    cgroupPath: `${CONTROLLER_FOLDER}/${id}`,
    burstRoomBytes,
    ...processorsFor(spec.machine?.maxCpuCores),
    maxMemoryBytes,
    hasInput: stdin === 'open',
    writableFolders:
      view.inPlace || view.writableCurrentFolder ? [view.currentFolder, ...mounts] : mounts,
    ...(kept && { kept }),
  };
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
