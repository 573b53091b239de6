import { existsSync, readdirSync } from 'node:fs';
import { SLOT_COUNT, choosePool, slotOf, type Slot } from './address-pool.ts';
import { readHostRoutes } from './host-routes.ts';
import { MAX_SEGMENTS } from './tbf.ts';
import { ToolFailure, runTool } from './tool.ts';
import type { Lease } from './types.ts';

/** Name of the instance's end, inside its namespace. */
export const INNER_INTERFACE = 'eth0';

export function netnsOf(instanceId: string): string {
  return `limber-${instanceId}`;
}

export function netnsPath(netns: string): string {
  return `/run/netns/${netns}`;
}

export function linkAlias(instanceId: string): string {
  return `limber ${instanceId}`;
}

/** A slot that nobody holds right now. A random one: a neighbour's late packets find nobody there. */
export function chooseSlot(random: () => number, resolvers: readonly string[]): Slot {
  const pool = choosePool(readHostRoutes(), resolvers);
  const interfaces = new Set(readdirSync('/sys/class/net'));
  const first = Math.floor(random() * SLOT_COUNT);
  for (let step = 0; step < SLOT_COUNT; step++) {
    const slot = slotOf((first + step) % SLOT_COUNT, pool);
    if (!interfaces.has(slot.hostInterface)) return slot;
  }
  throw new Error(`all ${SLOT_COUNT} networks of this host are in use`);
}

/**
 * Creates namespace and veth pair and configures the host's end. False when another process took
 * the interface name first.
 */
export async function createLinks(lease: Lease): Promise<boolean> {
  const { netns, hostInterface: host, instanceId } = lease;
  const commands = [
    ...(existsSync(netnsPath(netns)) ? [] : [`netns add ${netns}`]),
    `link add name ${host} type veth peer name ${INNER_INTERFACE} netns ${netns}`,
    ...prepare(host),
    `link set dev ${host} alias "${linkAlias(instanceId)}"`,
    `address add ${lease.gateway}/30 dev ${host}`,
    `link set dev ${host} up`,
  ];
  try {
    await ipBatch([], commands);
    return true;
  } catch (error) {
    if (error instanceof ToolFailure && /File exists/.test(error.stderr)) return false;
    throw error;
  }
}

/** The instance's end. Without egress there is no way to anywhere but the gateway itself. */
export function configureInside(lease: Lease): Promise<string> {
  return ipBatch(
    ['-n', lease.netns],
    [
      'link set dev lo up',
      ...prepare(INNER_INTERFACE),
      `address add ${lease.address}/30 dev ${INNER_INTERFACE}`,
      `link set dev ${INNER_INTERFACE} up`,
      ...(lease.kind === 'egress' ? [`route add default via ${lease.gateway}`] : []),
    ],
  );
}

/** What an end needs before it comes up, else it has an IPv6 address. Not every kernel has IPv6. */
function prepare(device: string): string[] {
  const withoutIpv6 = existsSync('/proc/sys/net/ipv6')
    ? [`link set dev ${device} addrgenmode none`]
    : [];
  return [...withoutIpv6, `link set dev ${device} gso_max_segs ${MAX_SEGMENTS}`];
}

export function ipBatch(args: readonly string[], commands: readonly string[]): Promise<string> {
  return runTool({ tool: 'ip', args: [...args, '-batch', '-'], input: `${commands.join('\n')}\n` });
}
