import { randomBytes } from 'node:crypto';
import type { InstanceNetwork } from '../../process/network/types.ts';
import { ipBatch, INNER_INTERFACE } from '../../process/network/links.ts';
import { runTool } from '../../process/network/tool.ts';

const TAP = 'tap0';
const EVERYTHING = 'protocol all u32 match u32 0 0';
/** Locally administered, of one card. Source: IEEE 802, section 8.2. */
const LOCAL_PREFIX = '02';

export type Tap = { readonly name: string; readonly mac: string };

/**
 * The machine's own end of its network. Inside the namespace every packet is handed on between the
 * tap and the end that is shaped, so that the machine has the namespace's address itself, and its
 * packets wait in the same queues as those of a process would.
 */
export async function addTap({ netnsPath }: InstanceNetwork): Promise<Tap> {
  const netns = netnsPath.slice(netnsPath.lastIndexOf('/') + 1);
  await ipBatch(['-n', netns], [`tuntap add dev ${TAP} mode tap`, `link set dev ${TAP} up`]);
  const handOn = (from: string, to: string) => [
    `qdisc add dev ${from} ingress`,
    `filter add dev ${from} parent ffff: ${EVERYTHING} action mirred egress redirect dev ${to}`,
  ];
  const commands = [...handOn(INNER_INTERFACE, TAP), ...handOn(TAP, INNER_INTERFACE)];
  await runTool({
    tool: 'tc',
    args: ['-n', netns, '-batch', '-'],
    input: `${commands.join('\n')}\n`,
  });
  return { name: TAP, mac: newMac() };
}

function newMac(): string {
  const bytes = [...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, '0'));
  return [LOCAL_PREFIX, ...bytes].join(':');
}
