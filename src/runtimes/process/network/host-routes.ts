import { readFileSync } from 'node:fs';
import type { Prefix } from './prefix.ts';

export type HostRoute = { readonly interface: string; readonly prefix: Prefix };

/** The host's IPv4 routes. Read afresh for each instance: a VPN may have come up meanwhile. */
export function readHostRoutes(): HostRoute[] {
  return parseHostRoutes(readFileSync('/proc/net/route', 'latin1'));
}

/**
 * /proc/net/route: a header, then tab-separated `Iface Destination Gateway Flags RefCnt Use Metric
 * Mask …`, addresses as eight hex digits in the host's byte order (fib_route_seq_show in
 * net/ipv4/fib_trie.c prints the raw 32-bit word; every platform of Node is little-endian here).
 */
export function parseHostRoutes(text: string): HostRoute[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 8)
    .map(([name = '', destination = '', , , , , , mask = '']) => ({
      interface: name,
      prefix: { base: wordToNumber(destination), length: bitCount(wordToNumber(mask)) },
    }));
}

function wordToNumber(hex: string): number {
  return Buffer.from(hex, 'hex').readUInt32LE(0);
}

function bitCount(value: number): number {
  return value.toString(2).replaceAll('0', '').length;
}
