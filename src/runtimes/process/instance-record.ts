import type { NetworkRule } from '#model/execution.ts';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ProcessIdentity } from './process-identity.ts';

/** What a later controller must know to adopt an instance or to clean up after it. */
export type InstanceRecord = {
  readonly id: string;
  readonly controller: ProcessIdentity;
  /** Absent until the shim has been started. */
  readonly shim?: ProcessIdentity;
  readonly cgroupPath: string;
  readonly workFolder: string;
  readonly maxMemoryBytes: number | null;
  /** Absent in what older versions wrote: then there is none. */
  readonly burstRoomBytes?: number;
  readonly maxProcesses: number;
  readonly tmpBytes: number;
  readonly network: NetworkRule;
  /** It outlives its controller: only one that adopts it may clean up after it. */
  readonly outlives?: boolean;
  /** Where its output is kept, if it outlives its controller. */
  readonly outputPaths?: readonly string[];
  readonly writableFolders?: readonly string[];
};

const FILE = 'instance.json';

/** Replaced as a whole, so that a reader never sees half of it. */
export function writeRecord(stateFolder: string, record: InstanceRecord): void {
  const path = `${stateFolder}/${FILE}`;
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
}

/** Undefined when the folder holds no complete record: its controller died while preparing it. */
export function readRecord(stateFolder: string): InstanceRecord | undefined {
  try {
    return JSON.parse(readFileSync(`${stateFolder}/${FILE}`, 'utf8')) as InstanceRecord;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
