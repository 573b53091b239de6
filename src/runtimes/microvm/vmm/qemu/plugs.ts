import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plugs } from '../types.ts';
import type { Qmp } from './qmp.ts';

const LOOK_EVERY_MS = 5;
const MOST_LOOKS = 2_000;
const SHARE_PORT = 'share-port';
const NETWORK_PORT = 'network-port';
/** Places of the command in which something can be put later. */
export const PORTS = [SHARE_PORT, NETWORK_PORT] as const;
/** A packet that holds many is larger than a queue that shapes them lets through. */
const ONE_PACKET_EACH = Object.fromEntries(
  ['gso', 'host_tso4', 'host_tso6', 'host_ufo', 'guest_tso4', 'guest_tso6', 'guest_ufo'].map(
    (feature) => [feature, false],
  ),
);

/** The guest sees both a tenth of a second later: its agent waits for them. */
export async function plugIn(qmp: Qmp, { sharePath, tap }: Plugs): Promise<void> {
  await whenListening(sharePath);
  const addr = { type: 'unix', data: { path: sharePath } };
  const backend = { type: 'socket', data: { addr, server: false } };
  await qmp.execute('chardev-add', { id: 'share', backend });
  await qmp.execute('device_add', {
    ...{ driver: 'vhost-user-fs-pci', id: 'share', bus: SHARE_PORT },
    ...{ chardev: 'share', tag: 'limber' },
  });
  if (!tap) return;
  const { name, mac } = tap;
  const scripts = { script: 'no', downscript: 'no' };
  await qmp.execute('netdev_add', { type: 'tap', id: 'net', ifname: name, ...scripts });
  await qmp.execute('device_add', {
    ...{ driver: 'virtio-net-pci', id: 'card', bus: NETWORK_PORT },
    ...{ netdev: 'net', mac, romfile: '', ...ONE_PACKET_EACH },
  });
}

/** QEMU connects but once. What is still missing then it reports itself. */
async function whenListening(path: string): Promise<void> {
  for (let look = 0; look < MOST_LOOKS && !existsSync(path); look++) await sleep(LOOK_EVERY_MS);
}
