import type { Fallback, Machine, Vmm } from '../types.ts';
import { afterFallback, mayUseKvm, whyNotKvm } from './accelerator.ts';
import { CONSOLE, QMP_SOCKET, qemuCommand } from './command.ts';
import { openMemory, type MachineMemory } from './memory.ts';
import { whyNoDevice } from './device.ts';
import { plugIn } from './plugs.ts';
import { addProcessors } from './processors.ts';
import { Qmp } from './qmp.ts';
import { goOnFrom, keepState, stateKind } from './state.ts';

const CONSOLE_BYTES = 16_384;
const NO_KVM = {
  what: 'KVM',
  instead: 'its processor is emulated, and programs run several times slower',
};

/** QEMU 7.2 and newer, over QMP. */
export const QEMU: Vmm = {
  name: 'qemu',
  problemIn: afterFallback,
  command: async (spec) => qemuCommand(spec),
  mayUseHardware: mayUseKvm,
  stateKind,
  whyNoPlug: () => whyNoDevice('virtio-mem-pci'),
  async connect({ stateFolder, isThere, bootMemoryBytes }) {
    const qmp = await Qmp.open(`${stateFolder}/${QMP_SOCKET}`, isThere);
    return machineOf(qmp, await openMemory(qmp, bootMemoryBytes));
  },
};

function machineOf(qmp: Qmp, memory: MachineMemory): Machine {
  // What was read is gone from there: all who ask are told of the same.
  let lastWords: Promise<string> | undefined;
  const readConsole = (): Promise<string> => {
    lastWords ??= qmp
      .execute('ringbuf-read', { device: CONSOLE, size: CONSOLE_BYTES })
      .then((text) => (typeof text === 'string' ? text : ''));
    return lastWords;
  };
  return {
    ...memory,
    addProcessors: (count) => addProcessors(qmp, count),
    plug: (plugs) => plugIn(qmp, plugs),
    keep: (statePath) => keepState(qmp, statePath),
    goOn: (statePath) => goOnFrom(qmp, statePath),
    onDown(receive) {
      const tell = () => void readConsole().then(receive, () => receive(''));
      qmp.onEvent(({ name, data }) => {
        if (name === 'SHUTDOWN' && data['guest'] === true) tell();
      });
      // It may have stopped while nobody was connected.
      void isDown(qmp).then((down) => down && tell());
    },
    async fallbacks(log, whyEmulated): Promise<readonly Fallback[]> {
      const kvm = (await qmp.execute('query-kvm')) as { readonly enabled: boolean };
      return kvm.enabled ? [] : [{ ...NO_KVM, problem: whyEmulated ?? whyNotKvm(log) }];
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
