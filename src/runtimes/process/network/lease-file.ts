import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease } from './types.ts';

/** Renamed into place, so that a reader sees a whole lease or none. */
export function writeLease(runtimeFolder: string, lease: Lease): void {
  mkdirSync(leaseFolder(runtimeFolder), { recursive: true, mode: 0o700 });
  const path = leasePath(runtimeFolder, lease.instanceId);
  writeFileSync(`${path}.new`, JSON.stringify(lease), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function removeLease(runtimeFolder: string, instanceId: string): void {
  const path = leasePath(runtimeFolder, instanceId);
  rmSync(`${path}.new`, { force: true });
  rmSync(path, { force: true });
}

export function readLease(runtimeFolder: string, instanceId: string): Lease | undefined {
  try {
    return JSON.parse(readFileSync(leasePath(runtimeFolder, instanceId), 'utf8')) as Lease;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Instances with a lease; half-written ones are no leases, as nothing was created for them yet. */
export function leasedInstances(runtimeFolder: string): string[] {
  try {
    return readdirSync(leaseFolder(runtimeFolder))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function leasePath(runtimeFolder: string, instanceId: string): string {
  return join(leaseFolder(runtimeFolder), `${instanceId}.json`);
}

function leaseFolder(runtimeFolder: string): string {
  return join(runtimeFolder, 'network');
}
