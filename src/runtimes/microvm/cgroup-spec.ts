import type { CgroupSpec } from '../process/cgroup/types.ts';
import type { MachineRecord } from './record.ts';
import { layoutOf } from './resize/layout.ts';

const ORDINARY_CPU_WEIGHT = 100;
/** Threads of the monitor and of the server of files; the program's processes are inside. */
const MOST_THREADS = 512;
/** The monitor itself, its translated code, and the server of files. */
const MONITOR_BYTES = 512 * 2 ** 20;

/** Around the monitor: whatever a guest does, the host gives no more than this. */
export function cgroupSpec(
  record: MachineRecord,
  cpuCores: number,
  cpuWeight = ORDINARY_CPU_WEIGHT,
): CgroupSpec {
  const { bootBytes, mostPluggedBytes } = layoutOf(record);
  const memoryBytes = bootBytes + mostPluggedBytes + MONITOR_BYTES;
  return {
    path: record.cgroupPath,
    limits: { cpuCores, memoryBytes },
    maxMemoryBytes: memoryBytes,
    maxProcesses: MOST_THREADS,
    cpuWeight,
  };
}
