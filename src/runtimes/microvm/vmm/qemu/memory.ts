import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine } from '../types.ts';
import type { Qmp } from './qmp.ts';

export const PLUGGED = 'plugged';
export const BALLOON = 'balloon';
const LOOK_EVERY_MS = 25;
/** A guest that has not followed in five seconds is waited for by QEMU's own word. */
const MOST_LOOKS = 200;

type Device = {
  readonly request: (bytes: number) => Promise<unknown>;
  readonly size: () => Promise<number>;
  /** QEMU's event of a change, and what it says. */
  readonly event: string;
  readonly sizeIn: (data: Readonly<Record<string, unknown>>) => number;
};

export type MachineMemory = Pick<Machine, 'setPlugged' | 'plugged' | 'onPlugged'>;

/** Of a machine with a virtio-mem device, or with a balloon in its place. */
export async function openMemory(qmp: Qmp, bootBytes: number): Promise<MachineMemory> {
  const devices = (await qmp.execute('qom-list', { path: '/machine/peripheral' })) as readonly {
    readonly name: string;
  }[];
  const hasBalloon = devices.some(({ name }) => name === BALLOON);
  const device = hasBalloon ? balloon(qmp, bootBytes) : virtioMem(qmp);
  const listeners = new Set<(bytes: number) => void>();
  let wantedBytes = 0;

  /** QEMU tells of a change at most once a second; whoever waits for one looks more often. */
  async function lookUntil(bytes: number): Promise<void> {
    wantedBytes = bytes;
    for (let look = 0; look < MOST_LOOKS && wantedBytes === bytes; look++) {
      await sleep(LOOK_EVERY_MS);
      const size = await device.size().catch(() => undefined);
      if (size === undefined) return;
      listeners.forEach((receive) => receive(size));
      if (size === bytes) return;
    }
  }

  return {
    async setPlugged(bytes) {
      await device.request(bytes);
      void lookUntil(bytes);
    },
    plugged: device.size,
    onPlugged(receive) {
      listeners.add(receive);
      qmp.onEvent(({ name, data }) => {
        if (name === device.event) receive(device.sizeIn(data));
      });
    },
  };
}

function virtioMem(qmp: Qmp): Device {
  const path = `/machine/peripheral/${PLUGGED}`;
  return {
    request: (value) => qmp.execute('qom-set', { path, property: 'requested-size', value }),
    async size() {
      const size = await qmp.execute('qom-get', { path, property: 'size' });
      return typeof size === 'number' ? size : 0;
    },
    event: 'MEMORY_DEVICE_SIZE_CHANGE',
    sizeIn: (data) => Number(data['size']),
  };
}

/** All is there from the boot; what the balloon leaves beyond the boot's own counts as plugged in. */
function balloon(qmp: Qmp, bootBytes: number): Device {
  const beyond = (data: Readonly<Record<string, unknown>>) => Number(data['actual']) - bootBytes;
  return {
    request: (bytes) => qmp.execute('balloon', { value: bootBytes + bytes }),
    size: async () => beyond((await qmp.execute('query-balloon')) as Record<string, unknown>),
    event: 'BALLOON_CHANGE',
    sizeIn: beyond,
  };
}
