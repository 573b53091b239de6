import type { Lease } from './types.ts';

/**
 * One table for all instances of the host. Interfaces are members of sets, so that a packet costs
 * the same with one instance as with a thousand, and so that nobody else's interface can match.
 *
 * `outside` and `nowhere` are what the verdict map `instances` leads to: a chain that a map leads
 * to cannot be deleted (EBUSY), which is why deleting the table can never cut off an instance.
 */
const STRUCTURE = `
add table inet limber
add set inet limber interfaces { type ifname; }
add set inet limber sources { type ipv4_addr; }
add set inet limber resolvers { type ifname . ipv4_addr; }
add set inet limber proxies { type ifname . ipv4_addr . inet_service; }
add map inet limber host_ports { type ifname . ipv4_addr . inet_service : inet_service; }
add set inet limber uplinks { type ifname; }
add chain inet limber outside
add chain inet limber nowhere
add map inet limber instances { type ifname : verdict; }
add chain inet limber to_host
add chain inet limber input { type filter hook input priority filter; policy accept; }
add chain inet limber forward { type filter hook forward priority filter; policy accept; }
add chain inet limber nat_in { type nat hook prerouting priority dstnat; policy accept; }
add chain inet limber nat_out { type nat hook postrouting priority srcnat; policy accept; }
`;

/** Flushed and added again with every join, in one transaction: the same rules, never twice. */
const RULES = `
flush chain inet limber outside
flush chain inet limber nowhere
flush chain inet limber to_host
flush chain inet limber input
flush chain inet limber forward
flush chain inet limber nat_in
flush chain inet limber nat_out
add rule inet limber input iifname @interfaces goto to_host
add rule inet limber to_host ct state established,related accept
add rule inet limber to_host iifname . ip daddr . tcp dport @proxies accept
add rule inet limber to_host meta l4proto { tcp, udp } th dport 53 iifname . ip daddr @resolvers accept
add rule inet limber to_host reject with icmpx admin-prohibited
add rule inet limber forward iifname vmap @instances
add rule inet limber forward oifname @interfaces ct state established,related accept
add rule inet limber forward oifname @interfaces drop
add rule inet limber forward iifname @uplinks ct state { new, invalid, untracked } drop
add rule inet limber nowhere reject with icmpx admin-prohibited
add rule inet limber outside oifname @interfaces reject with icmpx admin-prohibited
add rule inet limber outside meta l4proto { tcp, udp } th dport 53 iifname . ip daddr @resolvers accept
add rule inet limber outside ip daddr 169.254.0.0/16 reject with icmpx admin-prohibited
add rule inet limber outside meta nfproto != ipv4 reject with icmpx admin-prohibited
add rule inet limber outside accept
add rule inet limber nat_in meta l4proto tcp redirect to :iifname . ip daddr . tcp dport map @host_ports
add rule inet limber nat_out ip saddr @sources masquerade
`;

/**
 * The proxies listen on ports of the kernel's choice and the table leads there: a program of the
 * host that listens on 0.0.0.0 would otherwise be in the way of its own proxy, or find it in its way.
 * `uplinks`: interfaces on which forwarding is about to be turned on for our sake.
 */
export function joinScript(lease: Lease, uplinks: readonly string[]): string {
  const opened = uplinks.map((name) => `add element inet limber uplinks { "${name}" }`);
  return [STRUCTURE, RULES, ...opened, ...elementCommands('add', lease), ''].join('\n');
}

/** Adds before it deletes, because deleting what is not there fails: it may run after any crash. */
export function leaveScript(lease: Lease): string {
  return [
    STRUCTURE,
    ...elementCommands('add', lease),
    ...elementCommands('delete', lease),
    '',
  ].join('\n');
}

/**
 * Removes the table, or fails as a whole while any instance is left, whatever the caller believes.
 * `vanished`: members whose interface someone else has removed.
 */
export function removeScript(vanished: readonly string[]): string {
  return [
    ...vanished.map((name) => `delete element inet limber instances { "${name}" }`),
    'flush chain inet limber forward',
    'delete chain inet limber outside',
    'delete chain inet limber nowhere',
    'delete table inet limber',
    '',
  ].join('\n');
}

function elementCommands(verb: 'add' | 'delete', lease: Lease): string[] {
  const name = `"${lease.hostInterface}"`;
  const egress = lease.kind === 'egress';
  const { gateway } = lease;
  const elements = [
    ['interfaces', name],
    ['instances', `${name} : goto ${egress ? 'outside' : 'nowhere'}`],
    ...(egress ? [['sources', lease.address]] : []),
    ...lease.resolvers.map((server) => ['resolvers', `${name} . ${server}`]),
    ...lease.hostPorts.flatMap(({ port, proxyPort }) => [
      ['proxies', `${name} . ${gateway} . ${proxyPort}`],
      ['host_ports', `${name} . ${gateway} . ${port} : ${proxyPort}`],
    ]),
  ];
  return elements.map(([set, element]) => `${verb} element inet limber ${set} { ${element} }`);
}
