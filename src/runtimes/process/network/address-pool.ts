import { LimberError } from '#model/errors.ts';
import type { HostRoute } from './host-routes.ts';
import { numberToAddress, parsePrefix, prefixesOverlap, type Prefix } from './prefix.ts';

/**
 * Candidates, most private first. 10/8 is what VPNs and clusters route as well, so that odd
 * corners of it come first; 198.18/15 is reserved for benchmarks (RFC 2544) and hardly ever routed.
 */
const POOLS = [
  '10.213.0.0/16',
  '10.87.0.0/16',
  '10.171.0.0/16',
  '10.149.0.0/16',
  '10.59.0.0/16',
  '198.18.0.0/16',
  '198.19.0.0/16',
].map(parsePrefix);

/** Every pool is a /16 cut into /30s: network, gateway, instance, broadcast. */
export const SLOT_COUNT = 2 ** 14;

const INTERFACE_PREFIX = 'lmb';

export type Slot = {
  readonly hostInterface: string;
  /** Of the shaper on the host's end; unlike for each slot, so that an answer names its question. */
  readonly handle: string;
  readonly gateway: string;
  readonly address: string;
};

/** The first pool that neither a route nor an address in use lies in. A default route does not count. */
export function choosePool(routes: readonly HostRoute[], inUse: readonly string[]): Prefix {
  const taken = [
    ...routes.filter(isForeign).map((route) => route.prefix),
    ...inUse.map((address) => parsePrefix(address)),
  ];
  const free = POOLS.find((pool) => !taken.some((prefix) => prefixesOverlap(prefix, pool)));
  if (free) return free;
  throw new LimberError('network-unavailable', {
    problem: "the host's routes cover every private range that Limber draws addresses from",
    hint: 'Narrow a route that covers 10.0.0.0/8 and 198.18.0.0/15 (`ip route`).',
  });
}

/**
 * Numbered slots are the leases: an interface name exists once per host, so that whoever manages
 * to create the interface of a slot owns its addresses, without any lock between processes.
 * Slot 5 of 10.213.0.0/16: lmb5, gateway 10.213.0.21, instance 10.213.0.22.
 */
export function slotOf(index: number, pool: Prefix): Slot {
  const base = pool.base + index * 4;
  return {
    hostInterface: `${INTERFACE_PREFIX}${index.toString(16)}`,
    handle: `${(index + 1).toString(16)}:`,
    gateway: numberToAddress(base + 1),
    address: numberToAddress(base + 2),
  };
}

export function isInstanceInterface(name: string): boolean {
  return /^lmb[0-9a-f]{1,4}$/.test(name);
}

function isForeign(route: HostRoute): boolean {
  return route.prefix.length > 0 && !isInstanceInterface(route.interface);
}
