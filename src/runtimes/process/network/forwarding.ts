import { readFileSync, writeFileSync } from 'node:fs';
import { isInstanceInterface } from './address-pool.ts';
import { readHostRoutes } from './host-routes.ts';

/**
 * The kernel asks the device that a packet arrives on whether it forwards (ip_route_input_slow →
 * IN_DEV_FORWARD, net/ipv4/route.c): an instance's veth for what it sends, the uplink for the
 * answers. The global ip_forward is only a way to set all devices at once, and stays as it is.
 */
export function allowForwarding(interfaceName: string): void {
  writeForwarding(interfaceName, '1');
}

/** Interfaces that answers may arrive on and that do not forward yet. */
export function closedUplinks(): string[] {
  const names = new Set(readHostRoutes().map((route) => route.interface));
  return [...names].filter((name) => !isInstanceInterface(name) && forwards(name) === false);
}

/**
 * Takes back what allowForwarding did to an uplink, except when the whole host was made a router
 * meanwhile (a container engine does that): then it is no longer ours to turn off.
 */
export function restoreForwarding(uplinks: readonly string[]): void {
  if (readFileSync('/proc/sys/net/ipv4/ip_forward', 'latin1').trim() === '1') return;
  for (const name of uplinks) writeForwarding(name, '0');
}

/** An uplink may vanish between being listed and being written (a VPN that ends): then it needs nothing. */
function writeForwarding(interfaceName: string, value: '0' | '1'): void {
  try {
    writeFileSync(forwardingFile(interfaceName), value, { flag: 'r+' });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function forwards(interfaceName: string): boolean | undefined {
  try {
    return readFileSync(forwardingFile(interfaceName), 'latin1').trim() === '1';
  } catch (error) {
    if (!isMissing(error)) throw error;
    return undefined;
  }
}

/** ENODEV and EINVAL: the file was open when its interface went. */
function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENODEV' || code === 'EINVAL';
}

function forwardingFile(interfaceName: string): string {
  return `/proc/sys/net/ipv4/conf/${interfaceName}/forwarding`;
}
