import { existsSync } from 'node:fs';
import { LimberError } from '#model/errors.ts';
import type { NetworkRule } from '#model/execution.ts';
import { allOf } from './all-of.ts';
import { attachNetwork } from './attach.ts';
import { explainFailure } from './explain-failure.ts';
import { joinFirewall } from './firewall.ts';
import { startHostPortProxies } from './host-port-proxy.ts';
import { readLease, writeLease } from './lease-file.ts';
import { chooseSlot, configureInside, createLinks, netnsOf, netnsPath } from './links.ts';
import { requireCapabilities } from './privileges.ts';
import { removeInstanceNetwork } from './remove.ts';
import { NO_RESOLVERS, readResolvers, type Resolvers } from './resolv-conf.ts';
import { TOOLS, requireTool, type Tool } from './tool.ts';
import type { InstanceNetwork, InstanceNetworkOptions, Lease } from './types.ts';

const MAX_SLOT_RACES = 16;

/** False for an instance that has but its loopback: its sandbox makes that namespace itself. */
export function needsNetwork(rule: NetworkRule): boolean {
  return rule.kind === 'egress' || rule.hostPorts.length > 0;
}

/**
 * Gives an instance its network, with both rates in force before anything can pass.
 * Throws `network-unavailable` and leaves nothing behind when it cannot.
 */
export async function createInstanceNetwork(
  options: InstanceNetworkOptions,
): Promise<InstanceNetwork> {
  checkOptions(options);
  for (const tool of Object.keys(TOOLS) as Tool[]) requireTool(tool);
  requireCapabilities();
  const { runtimeFolder, instanceId } = options;
  try {
    return await create(options);
  } catch (error) {
    const left = await removeInstanceNetwork(runtimeFolder, instanceId).catch(explainFailure);
    if (left instanceof LimberError)
      throw explainFailure(new AggregateError([error, left], bothProblems(error, left)));
    throw explainFailure(error);
  }
}

/** Takes over the network of an instance whose controller ended; undefined when there is none. */
export async function adoptInstanceNetwork(
  runtimeFolder: string,
  instanceId: string,
): Promise<InstanceNetwork | undefined> {
  const lease = readLease(runtimeFolder, instanceId);
  if (!lease) return undefined;
  try {
    const proxies = await startHostPortProxies(lease.gateway, lease.hostPorts);
    return await attachNetwork({
      lease,
      runtimeFolder,
      proxies,
      resolvers: resolversFor(lease.kind),
    });
  } catch (error) {
    throw explainFailure(error);
  }
}

function bothProblems(error: unknown, left: LimberError): string {
  return `${explainFailure(error).details['problem']}; and what was made of it stays until the next sweep: ${left.details['problem']}`;
}

async function create(options: InstanceNetworkOptions): Promise<InstanceNetwork> {
  const { runtimeFolder } = options;
  const resolvers = resolversFor(options.rule.kind);
  const links = await createLeasedLinks(options, resolvers);
  const proxies = await startHostPortProxies(links.gateway, links.hostPorts);
  const lease = { ...links, hostPorts: proxies.hostPorts };
  writeLease(runtimeFolder, lease);
  const attached = attachNetwork({ lease, runtimeFolder, resolvers, proxies, rates: options });
  try {
    await allOf([attached, joinFirewall(lease), configureInside(lease)]);
  } catch (error) {
    // What is attached holds processes and sockets of ours; an attach that failed holds nothing.
    const [network] = await Promise.allSettled([attached]);
    if (network.status === 'fulfilled') await network.value.close();
    throw error;
  }
  return attached;
}

function checkOptions(options: InstanceNetworkOptions): void {
  const problem = problemOf(options);
  if (problem) throw new LimberError('internal', { problem });
}

function problemOf({ instanceId, rule }: InstanceNetworkOptions): string | undefined {
  // The id becomes part of a file name and of commands.
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(instanceId))
    return `"${instanceId}" is no instance id`;
  if (!needsNetwork(rule)) return 'a network was asked for where the rule gives none';
  if (!rule.hostPorts.every(isPort)) return `a host port is no port: ${rule.hostPorts.join(', ')}`;
  if (existsSync(netnsPath(netnsOf(instanceId))))
    return `instance ${instanceId} already has a network`;
  return undefined;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function resolversFor(kind: NetworkRule['kind']): Resolvers {
  return kind === 'egress' ? readResolvers() : NO_RESOLVERS;
}

/** Tries slots until the kernel grants one. The lease is on disk before anything exists. */
async function createLeasedLinks(
  { instanceId, runtimeFolder, rule }: InstanceNetworkOptions,
  { servers }: Resolvers,
): Promise<Lease> {
  const netns = netnsOf(instanceId);
  const hostPorts = [...new Set(rule.hostPorts)].map((port) => ({ port, proxyPort: 0 }));
  for (let race = 0; race < MAX_SLOT_RACES; race++) {
    const slot = chooseSlot(Math.random, servers);
    const lease = { ...slot, instanceId, netns, kind: rule.kind, hostPorts, resolvers: servers };
    writeLease(runtimeFolder, lease);
    if (await createLinks(lease)) return lease;
  }
  throw new Error(`${MAX_SLOT_RACES} interface names in a row were taken by other processes`);
}
