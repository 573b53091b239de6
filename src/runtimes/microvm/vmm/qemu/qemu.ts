import { setTimeout as sleep } from 'node:timers/promises';
import type { Fallback, Machine, Vmm } from '../types.ts';
import { afterFallback, whyNotKvm } from './accelerator.ts';
import { CONSOLE, PLUGGED, QMP_SOCKET, qemuCommand } from './command.ts';
import { Qmp } from './qmp.ts';

const CONSOLE_BYTES = 16_384;
const LOOK_EVERY_MS = 25;
/** A guest that has not followed in five seconds is waited for by QEMU's own word. */
const MOST_LOOKS = 200;
const NO_KVM = {
  what: 'KVM',
  instead: 'its processor is emulated, and programs run several times slower',
};

/** QEMU 7.2 and newer, over QMP. */
export const QEMU: Vmm = {
  name: 'qemu',
  problemIn: afterFallback,
  command: async (spec) => qemuCommand(spec),
  async connect(stateFolder, isThere) {
    return machineOf(await Qmp.open(`${stateFolder}/${QMP_SOCKET}`, isThere));
  },
};

function machineOf(qmp: Qmp): Machine {
  const path = `/machine/peripheral/${PLUGGED}`;
  const listeners = new Set<(bytes: number) => void>();
  let wantedBytes = 0;

  async function plugged(): Promise<number> {
    const size = await qmp.execute('qom-get', { path, property: 'size' });
    return typeof size === 'number' ? size : 0;
  }

  /** QEMU tells of a change at most once a second; whoever waits for one looks more often. */
  async function lookUntil(bytes: number): Promise<void> {
    wantedBytes = bytes;
    for (let look = 0; look < MOST_LOOKS && wantedBytes === bytes; look++) {
      await sleep(LOOK_EVERY_MS);
      const size = await plugged().catch(() => undefined);
      if (size === undefined) return;
      listeners.forEach((receive) => receive(size));
      if (size === bytes) return;
    }
  }

  // What was read is gone from there: all who ask are told of the same.
  let lastWords: Promise<string> | undefined;
  const readConsole = (): Promise<string> => {
    lastWords ??= qmp
      .execute('ringbuf-read', { device: CONSOLE, size: CONSOLE_BYTES })
      .then((text) => (typeof text === 'string' ? text : ''));
    return lastWords;
  };
  return {
    async setPlugged(bytes) {
      await qmp.execute('qom-set', { path, property: 'requested-size', value: bytes });
      void lookUntil(bytes);
    },
    plugged,
    onPlugged(receive) {
      listeners.add(receive);
      qmp.onEvent(({ name, data }) => {
        if (name === 'MEMORY_DEVICE_SIZE_CHANGE') receive(Number(data['size']));
      });
    },
    onDown(receive) {
      const tell = () => void readConsole().then(receive, () => receive(''));
      qmp.onEvent(({ name, data }) => {
        if (name === 'SHUTDOWN' && data['guest'] === true) tell();
      });
      // It may have stopped while nobody was connected.
      void isDown(qmp).then((down) => down && tell());
    },
    async fallbacks(log): Promise<readonly Fallback[]> {
      const kvm = (await qmp.execute('query-kvm')) as { readonly enabled: boolean };
      return kvm.enabled ? [] : [{ ...NO_KVM, problem: whyNotKvm(log) }];
    },
    async quit() {
      // It is gone before it has answered, now and then.
      await qmp.execute('quit').catch(() => undefined);
      qmp.close();
    },
    close: () => qmp.close(),
  };
}

async function isDown(qmp: Qmp): Promise<boolean> {
  // A monitor that is gone is noticed elsewhere.
  const answer = await qmp.execute('query-status').catch(() => undefined);
  return (answer as { readonly status?: string } | undefined)?.status === 'shutdown';
}
