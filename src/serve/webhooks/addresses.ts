import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { LimberError } from '#model/errors.ts';

/**
 * Addresses that lead into this machine or its networks (IANA's special-purpose registries,
 * https://www.iana.org/assignments/iana-ipv4-special-registry): a server must not be made to ask
 * there for somebody else. IPv4 written as IPv6 is looked up as IPv4.
 */
const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const PRIVATE_V6 = [
  '::/128',
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const PRIVATE = new BlockList();
for (const [family, subnets] of [
  ['ipv4', PRIVATE_V4],
  ['ipv6', PRIVATE_V6],
] as const)
  for (const subnet of subnets) {
    const [address, bits] = subnet.split('/') as [string, string];
    PRIVATE.addSubnet(address, Number(bits), family);
  }

export function isPrivateAddress(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Throws `webhook-refused` for what is no URL to send to, as far as that can be told from it. */
export function checkUrl(
  text: string,
  { allowsPrivate }: { readonly allowsPrivate: boolean },
): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const refuse = (problem: string): never => {
    throw new LimberError('webhook-refused', { url: text, problem });
  };
  if (!url) return refuse('it is no URL');
  if (url.username !== '' || url.password !== '') return refuse('it holds a user name');
  const protocols = allowsPrivate ? ['https:', 'http:'] : ['https:'];
  if (!protocols.includes(url.protocol)) return refuse(`expected ${protocols.join(' or ')}`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowsPrivate && isIP(host) !== 0 && isPrivateAddress(host))
    return refuse(`${host} is an address of a private network`);
  return url;
}

type Callback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** Resolves a name for a connection, and refuses one that leads to a private network by any address. */
export function publicLookup(hostname: string, options: LookupOptions, done: Callback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const closed = error ? undefined : addresses.find(({ address }) => isPrivateAddress(address));
    if (error) return done(error, []);
    if (closed) return done(refusal(hostname, closed.address), []);
    const [first] = addresses;
    if (options.all === true || !first) return done(null, addresses);
    done(null, first.address, first.family);
  });
}

function refusal(hostname: string, address: string): Error {
  return new Error(`${hostname} is ${address}, an address of a private network`);
}
