import type { OutsideConnection } from '#model/outside.ts';
import { printable } from './printable.ts';

const MOST_CONNECTIONS = 256;

/**
 * Lines of `ss -tinHO`: state, two queues, two addresses, and facts as `name:value`, of which those
 * that are 0 are left out. Source: ss(8) of iproute2 5.10 to 6.16.
 */
export function parseSs(text: string): readonly OutsideConnection[] {
  const connections: OutsideConnection[] = [];
  for (const line of text.split('\n')) {
    const connection = parseLine(line);
    if (connection !== undefined) connections.push(connection);
    if (connections.length === MOST_CONNECTIONS) break;
  }
  return connections;
}

function parseLine(line: string): OutsideConnection | undefined {
  const match = /^([A-Z][A-Z0-9-]+) +(\d+) +(\d+) +(\S+:\d+) +(\S+:\d+)(?: (.*))?$/.exec(line);
  if (match === null) return undefined;
  const [, state = '', receiveQueue, sendQueue, local = '', peer = '', facts = ''] = match;
  // `rtt:a/b` is smoothed value and variance, in milliseconds.
  const roundTrip = /(?:^| )rtt:([\d.]+)\//.exec(facts)?.[1];
  const sentBytes = factOf(facts, 'bytes_sent');
  return {
    state,
    local: printable(local),
    peer: printable(peer),
    roundTripMs: roundTrip === undefined ? undefined : Number(roundTrip),
    sentBytes,
    receivedBytes: factOf(facts, 'bytes_received'),
    sendQueueBytes: Number(sendQueue),
    receiveQueueBytes: Number(receiveQueue),
    awaitsAnswer:
      sentBytes > 0 &&
      portOf(local) > portOf(peer) &&
      factOf(facts, 'lastsnd') < factOf(facts, 'lastrcv'),
  };
}

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));

/** Bytes, or milliseconds since something was sent or received. */
function factOf(
  facts: string,
  name: 'bytes_sent' | 'bytes_received' | 'lastsnd' | 'lastrcv',
): number {
  return Number(new RegExp(`(?:^| )${name}:(\\d+)`).exec(facts)?.[1] ?? 0);
}
