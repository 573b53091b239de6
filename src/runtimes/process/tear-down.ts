import type { InstanceCgroup } from './cgroup/types.ts';
import type { InstanceNetwork } from './network/types.ts';
import { sendSignal, type ProcessIdentity, isAlive } from './process-identity.ts';
import { removeStateFolder } from './instance-folders.ts';
import { readChildPid } from './shim.ts';
import { removeFolder } from './state-folder.ts';

/**
 * Ends what still runs and removes what the instance used. Every step is tried even if one before
 * it failed; the state folder goes last, because it is how a later sweep would find the rest.
 */
export async function tearDown(parts: {
  readonly cgroup?: InstanceCgroup | undefined;
  readonly network?: InstanceNetwork | undefined;
  readonly shim?: ProcessIdentity | undefined;
  readonly stateFolder: string;
  readonly workFolder: string;
}): Promise<void> {
  endProcesses(parts);
  const results = await Promise.allSettled([parts.cgroup?.remove(), parts.network?.close()]);
  await removeFolder(parts.workFolder);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
  await removeStateFolder(parts.stateFolder);
}

function endProcesses({ shim, cgroup, stateFolder }: Parameters<typeof tearDown>[0]): void {
  cgroup?.standstill?.thaw();
  if (shim && isAlive(shim)) {
    const sandboxPid = readChildPid(stateFolder);
    if (sandboxPid !== undefined) sendSignal(sandboxPid, 'SIGKILL');
    sendSignal(-shim.pid, 'SIGKILL');
  }
  for (const pid of cgroup?.processIds() ?? []) sendSignal(pid, 'SIGKILL');
}
