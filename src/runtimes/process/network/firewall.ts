import { existsSync } from 'node:fs';
import { removeScript, joinScript, leaveScript } from './firewall-script.ts';
import { allowForwarding, closedUplinks, restoreForwarding } from './forwarding.ts';
import { withHostLock } from './host-lock.ts';
import { ToolFailure, runTool } from './tool.ts';
import type { Lease } from './types.ts';

/** Makes an instance known to the shared table, creating the table on the host's first use. */
export function joinFirewall(lease: Lease): Promise<void> {
  return withHostLock(async () => {
    // The table remembers the uplinks before they change: a crash in between loses nothing.
    const uplinks = lease.kind === 'egress' ? closedUplinks() : [];
    await runScript(joinScript(lease, uplinks));
    if (lease.kind !== 'egress') return;
    for (const name of [...uplinks, lease.hostInterface]) allowForwarding(name);
  });
}

/**
 * Forgets an instance; the last one takes the table along and leaves the uplinks as they were.
 * The caller holds the host's lock and has taken the interface down: nothing passes unfiltered.
 */
export async function leaveFirewall(lease: Lease): Promise<void> {
  const instances = await elementsOf('map', 'instances');
  if (!instances) return;
  const others = instances.filter((name) => name !== lease.hostInterface);
  if (others.some(interfaceExists)) return runScript(leaveScript(lease));
  // First the uplinks, while the table still tells which: a crash in between loses nothing.
  restoreForwarding((await elementsOf('set', 'uplinks')) ?? []);
  await runScript(leaveScript(lease) + removeScript(others));
}

function interfaceExists(name: string): boolean {
  return existsSync(`/sys/class/net/${name}`);
}

async function runScript(input: string): Promise<void> {
  await runTool({ tool: 'nft', args: ['-f', '-'], input });
}

/** Undefined when there is no table. */
async function elementsOf(kind: 'map' | 'set', name: string): Promise<string[] | undefined> {
  const text = await runTool({
    tool: 'nft',
    args: ['-j', 'list', kind, 'inet', 'limber', name],
  }).catch(orAbsent);
  if (text === undefined) return undefined;
  const listing = JSON.parse(text) as { nftables: Record<string, { elem?: unknown[] }>[] };
  const elements = listing.nftables.find((entry) => kind in entry)?.[kind]?.elem ?? [];
  return elements.map((element) => String(Array.isArray(element) ? element[0] : element));
}

function orAbsent(error: unknown): undefined {
  if (error instanceof ToolFailure && /No such file or directory/.test(error.stderr))
    return undefined;
  throw error;
}
