import type { Enforcement } from '#model/instance.ts';
import type { Hierarchy } from '../process/cgroup/types.ts';
import type { Vmm } from './vmm/types.ts';

export type MicrovmOptions = {
  readonly hierarchy: Hierarchy;
  /** On tmpfs, and of this runtime alone; what is in it concerns only machines that live now. */
  readonly runtimeFolder: string;
  /** On disk: the images that were built. */
  readonly imagesFolder: string;
  /** On the disk of the executions' folders: what machines that wait for one have instead. */
  readonly workFolder: string;
  readonly probesFolder: string;
  readonly vmm: Vmm;
  /** Machines go on from one that booted before, where they can. */
  readonly templates: boolean;
  /** Told while an image is built, which takes a minute or more. */
  readonly tell: (text: string) => void;
  /** Told of what takes some seconds, for whoever watches. */
  readonly mention: (text: string) => void;
};

/**
 * Plugged in but untouched memory costs the host nothing, and a guest takes a tenth of a second and
 * more to have it: so the room is wide.
 */
const BURST_ROOM_BYTES = 128 * 2 ** 20;

export function enforcementOf(hierarchy: Hierarchy): Enforcement {
  if (hierarchy.kind === 'none')
    return { kind: 'observe', problem: hierarchy.problem, hint: hierarchy.hint };
  // Of the guest's own cgroup, in which the program waits at its limit.
  return { kind: 'enforce', cgroupVersion: 2, burstRoomBytes: BURST_ROOM_BYTES };
}
