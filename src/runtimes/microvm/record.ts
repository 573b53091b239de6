import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { KeptOutput } from '#model/launch.ts';
import { hasCode } from '../process/cgroup/files.ts';
import type { ProcessIdentity } from '../process/process-identity.ts';

/** What a later controller must know to adopt a machine or to clean up after it. */
export type MachineRecord = {
  readonly id: string;
  readonly controller: ProcessIdentity;
  /** New with each adoption: whoever sees another one has been succeeded. */
  readonly claim: string;
  /** The machine monitor; absent until it has been started. */
  readonly monitor?: ProcessIdentity;
  readonly cgroupPath: string;
  readonly burstRoomBytes: number;
  /** At boot, and the most that can be added to; absent in what an older version started. */
  readonly processors: number;
  readonly mostProcessors?: number;
  /** CPU that was used before the program began; absent until then. */
  readonly bootUsec?: number;
  readonly maxMemoryBytes: number;
  /** What its memory is laid out for, at least the maximum; absent in what an older version started. */
  readonly layoutBytes?: number;
  readonly kept?: KeptOutput;
  readonly hasInput: boolean;
  /** Of one that waited for an execution: what it had instead of that one's folder. */
  readonly workFolder?: string;
  readonly writableFolders: readonly string[];
};

const FILE = 'instance.json';
const CLAIM_BYTES = 8;

export function newClaim(): string {
  return randomBytes(CLAIM_BYTES).toString('hex');
}

/** Replaced as a whole, so that a reader never sees half of it. */
export function writeRecord(stateFolder: string, record: MachineRecord): void {
  const path = `${stateFolder}/${FILE}`;
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
}

/** Undefined when the folder holds no complete record: its controller died while preparing it. */
export function readRecord(stateFolder: string): MachineRecord | undefined {
  try {
    return JSON.parse(readFileSync(`${stateFolder}/${FILE}`, 'utf8')) as MachineRecord;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
