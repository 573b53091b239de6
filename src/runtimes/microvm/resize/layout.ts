import type { MachineRecord } from '../record.ts';

const MIB = 2 ** 20;
/** Linux plugs and unplugs memory of a virtio-mem device in pieces of this size. */
const PIECE_BYTES = 2 * MIB;
/** Linux manages memory that is added later in blocks of this size; a device's is made of whole ones. */
const BLOCK_BYTES = 128 * MIB;
/** What kernel, agent and the root image's pages need: measured, see bench/results/microvm.json. */
const SYSTEM_BYTES = 112 * MIB;
/** The kernel keeps 64 bytes for each page of 4 KiB, from what it booted with; and page tables. */
const BOOKKEEPING = 1 / 48;
/** Of what a program may use, this much is there from the start and cannot be taken away. */
const BOOT_PROGRAM_BYTES = 64 * MIB;

/** How the memory of a machine is divided. */
export type MemoryLayout = {
  /** At boot: the system's own and the program's first part. */
  readonly bootBytes: number;
  readonly bootProgramBytes: number;
  readonly mostPluggedBytes: number;
};

/** Of a machine that was started with this. */
export function layoutOf({
  layoutBytes,
  maxMemoryBytes,
}: Pick<MachineRecord, 'layoutBytes' | 'maxMemoryBytes'>): MemoryLayout {
  return memoryLayout(layoutBytes ?? maxMemoryBytes);
}

/** Example: at most 1 GiB for the program → boots with 198 MiB, and 1 GiB can be plugged in. */
export function memoryLayout(mostProgramBytes: number): MemoryLayout {
  const bookkeeping = mostProgramBytes * BOOKKEEPING;
  return {
    bootBytes: roundedUp(SYSTEM_BYTES + bookkeeping + BOOT_PROGRAM_BYTES, MIB),
    bootProgramBytes: BOOT_PROGRAM_BYTES,
    mostPluggedBytes: roundedUp(Math.max(0, mostProgramBytes - BOOT_PROGRAM_BYTES), BLOCK_BYTES),
  };
}

/** What has to be plugged in so that a program has `programBytes`. */
export function pluggedFor(layout: MemoryLayout, programBytes: number): number {
  const needed = roundedUp(Math.max(0, programBytes - layout.bootProgramBytes), PIECE_BYTES);
  return Math.min(layout.mostPluggedBytes, needed);
}

/** What a program may have where this much is plugged in. */
export function programBytesOf(layout: MemoryLayout, pluggedBytes: number): number {
  return layout.bootProgramBytes + pluggedBytes;
}

function roundedUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
