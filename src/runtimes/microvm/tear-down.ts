import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceCgroup } from '../process/cgroup/types.ts';
import type { InstanceNetwork } from '../process/network/types.ts';
import { isAlive, sendSignal, type ProcessIdentity } from '../process/process-identity.ts';
import { removeStateFolder } from '../process/instance-folders.ts';
import { removeFolder } from '../process/state-folder.ts';

const LOOK_EVERY_MS = 10;

/**
 * Ends what still runs and removes what the machine used. The state folder goes last: it is how a
 * later sweep would find the rest.
 */
export async function tearDown(parts: {
  readonly cgroup?: InstanceCgroup | undefined;
  readonly network?: InstanceNetwork | undefined;
  readonly monitor?: ProcessIdentity | undefined;
  readonly stateFolder: string;
  readonly workFolder?: string | undefined;
}): Promise<void> {
  const { cgroup, network, monitor, stateFolder, workFolder } = parts;
  cgroup?.standstill?.thaw();
  if (monitor && isAlive(monitor)) sendSignal(-monitor.pid, 'SIGKILL');
  for (const pid of cgroup?.processIds() ?? []) sendSignal(pid, 'SIGKILL');
  // It holds the tap and the sockets.
  while (monitor && isAlive(monitor)) await sleep(LOOK_EVERY_MS);
  const results = await Promise.allSettled([cgroup?.remove(), network?.close()]);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
  if (workFolder !== undefined) await removeFolder(workFolder);
  await removeStateFolder(stateFolder);
}
