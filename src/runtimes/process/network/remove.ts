import { existsSync, readFileSync } from 'node:fs';
import { leaveFirewall } from './firewall.ts';
import { withHostLock } from './host-lock.ts';
import { readLease, removeLease } from './lease-file.ts';
import { ipBatch, linkAlias, netnsPath } from './links.ts';
import { runTool } from './tool.ts';
import type { Lease } from './types.ts';

/**
 * Removes whatever of an instance's network exists, in any state that a crash can leave it in;
 * true when there was a lease. The lock spans all of it: were the interface's name free before its
 * firewall elements are gone, another process could lease it and lose them to us.
 */
export function removeInstanceNetwork(runtimeFolder: string, instanceId: string): Promise<boolean> {
  return withHostLock(async () => {
    const lease = readLease(runtimeFolder, instanceId);
    if (!lease) return false;
    const ownsLink = await ownsInterface(lease);
    if (ownsLink) {
      await runTool({ tool: 'ip', args: ['link', 'set', 'dev', lease.hostInterface, 'down'] });
      await leaveFirewall(lease);
    }
    await ipBatch(
      [],
      [
        ...(ownsLink ? [`link del dev ${lease.hostInterface}`] : []),
        ...(existsSync(netnsPath(lease.netns)) ? [`netns del ${lease.netns}`] : []),
      ],
    );
    removeLease(runtimeFolder, instanceId);
    return true;
  });
}

/**
 * The lease is written before the interface is made, so that after a crash the name may belong to
 * another instance. The alias tells; the namespace at the other end does before an alias is set.
 */
async function ownsInterface(lease: Lease): Promise<boolean> {
  const folder = `/sys/class/net/${lease.hostInterface}`;
  if (!existsSync(folder)) return false;
  const alias = readFileSync(`${folder}/ifalias`, 'utf8').trim();
  if (alias !== '') return alias === linkAlias(lease.instanceId);
  const text = await runTool({
    tool: 'ip',
    args: ['-j', 'link', 'show', 'dev', lease.hostInterface],
  });
  const [link] = JSON.parse(text) as { link_netns?: string }[];
  return link?.link_netns === lease.netns;
}
