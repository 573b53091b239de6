import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';

/** resolv.conf takes three servers at most (MAXNS in glibc's resolv.h). */
const MAX_SERVERS = 3;
const SYSTEMD_UPSTREAM = '/run/systemd/resolve/resolv.conf';

export type Resolvers = {
  /** IPv4 addresses that an instance can reach. */
  readonly servers: readonly string[];
  /** The text for /etc/resolv.conf inside. */
  readonly text: string;
  readonly problem?: string;
};

/** What an instance without egress gets: no server, so that a lookup fails at once. */
export const NO_RESOLVERS: Resolvers = {
  servers: [],
  text: '# Limber: this run has no network to resolve names over.\n',
};

/** The host's resolvers, as an instance with egress can use them. */
export function readResolvers(): Resolvers {
  return resolversFrom(readIfThere('/etc/resolv.conf'), readIfThere(SYSTEMD_UPSTREAM));
}

/**
 * A server on the host's loopback (systemd's stub 127.0.0.53, dnsmasq) is out of an instance's
 * reach, as its loopback is its own. systemd keeps the servers behind its stub in a second file.
 */
export function resolversFrom(hostText: string, upstreamText: string): Resolvers {
  const text = reachableServers(hostText).length > 0 ? hostText : upstreamText;
  const servers = reachableServers(text).slice(0, MAX_SERVERS);
  if (servers.length === 0) return { ...NO_RESOLVERS, problem: describeProblem(hostText) };
  const kept = (text || hostText)
    .split('\n')
    .filter((line) => /^\s*(search|domain|options)\s/.test(line));
  return { servers, text: [...servers.map((ip) => `nameserver ${ip}`), ...kept, ''].join('\n') };
}

function reachableServers(text: string): string[] {
  return allServers(text).filter((server) => isIPv4(server) && !/^(127|0)\./.test(server));
}

function allServers(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server]) => server ?? '');
}

function describeProblem(hostText: string): string {
  const servers = allServers(hostText);
  if (servers.length === 0) return '/etc/resolv.conf of the host names no server';
  return `the host resolves names through ${servers.join(', ')} only, which a run cannot reach; add an IPv4 server that is not on the loopback to /etc/resolv.conf`;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
