import { CONTROL_SOCKET, type MachineSpec } from '../types.ts';
import { processorOptions } from './accelerator.ts';
import { BALLOON, PLUGGED } from './memory.ts';
import { PORTS } from './plugs.ts';

export const QMP_SOCKET = 'qmp.sock';
export const CONSOLE = 'console';
const CONSOLE_BYTES = 16_384;
const MIB = 2 ** 20;

/**
 * The kernel's words. Without them it takes a second for a memory of 64 MiB that only devices need
 * which cannot reach all of it, and looks for hardware that is not there.
 */
const KERNEL = [
  ...['console=ttyS0', 'quiet', 'loglevel=3', 'panic=-1', 'memhp_default_state=online_movable'],
  ...['cgroup_no_v1=all', 'mitigations=off', 'random.trust_cpu=on', 'net.ifnames=0'],
  ...[
    'swiotlb=noforce',
    'tsc=reliable',
    'no_timer_check',
    'raid=noautodetect',
    'audit=0',
    'unknown_nmi_panic',
  ],
].join(' ');

export function qemuCommand(spec: MachineSpec): readonly string[] {
  return [
    'qemu-system-x86_64',
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-name', 'limber', '-machine', 'q35,memory-backend=boot,usb=off,vmport=off,hpet=off'],
    ...processorOptions(spec.processorsBy),
    ...['-smp', `${spec.processors},maxcpus=${spec.mostProcessors}`],
    ...memory(spec),
    ...['-kernel', spec.kernel, '-initrd', spec.initrd, '-append', kernelWords(spec)],
    ...['-drive', `if=none,id=root,file=${escaped(spec.rootImage)},format=raw,readonly=on`],
    ...['-device', 'virtio-blk-pci,drive=root'],
    ...ports(spec),
    // Here its folder and its network card are plugged in: a machine that has them cannot be kept.
    ...PORTS.flatMap((port, index) => [
      '-device',
      `pcie-root-port,id=${port},chassis=${index + 1},slot=${index + 1}`,
    ]),
    // A bounded buffer: what a guest writes to its console fills no disk.
    ...['-chardev', `ringbuf,id=${CONSOLE},size=${CONSOLE_BYTES}`, '-serial', `chardev:${CONSOLE}`],
    ...['-qmp', `unix:${escaped(`${spec.stateFolder}/${QMP_SOCKET}`)},server=on,wait=off`],
    // What its kernel said is read before the monitor goes.
    ...['-action', 'panic=none,reboot=shutdown,shutdown=pause'],
    ...(spec.start.kind === 'kept' ? ['-incoming', 'defer'] : []),
  ];
}

/** Unknown words reach the agent as its environment. */
function kernelWords({ start }: MachineSpec): string {
  return start.kind === 'boot' ? KERNEL : `${KERNEL} limber_template=1`;
}

/** Shared with the server of files, which reads and writes the guest's pages itself. */
function memory(spec: MachineSpec): readonly string[] {
  const { bootMemoryBytes, mostPluggedBytes, plugs, start } = spec;
  const boot = Math.round(bootMemoryBytes / MIB);
  const most = Math.round(mostPluggedBytes / MIB);
  const options = 'share=on,reserve=off';
  const backend = (id: string, size: number, path?: string) => [
    '-object',
    path === undefined
      ? `memory-backend-memfd,id=${id},size=${size}M,${options}`
      : `memory-backend-file,id=${id},size=${size}M,${options},mem-path=${escaped(path)}`,
  ];
  const bootPath = start.kind === 'boot' ? undefined : start.memoryPath;
  if (most === 0) return ['-m', `${boot}M`, ...backend('boot', boot, bootPath)];
  if (!plugs) {
    const all = ['-m', `${boot + most}M`, ...backend('boot', boot + most)];
    return [...all, '-device', `virtio-balloon-pci,id=${BALLOON}`];
  }
  return [
    // The device's place is aligned to a block of 128 MiB, for which there must be room.
    ...['-m', `size=${boot}M,maxmem=${boot + most + 1024}M,slots=1`],
    ...backend('boot', boot, bootPath),
    ...backend('more', most),
    ...['-device', `virtio-mem-pci,id=${PLUGGED},memdev=more,requested-size=0`],
  ];
}

function ports({ stateFolder, stdoutPath, stderrPath }: MachineSpec): readonly string[] {
  const control = `${stateFolder}/${CONTROL_SOCKET}`;
  return [
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', `socket,id=control,path=${escaped(control)},server=on,wait=off`],
    ...['-device', 'virtserialport,chardev=control,name=limber.control'],
    ...['-chardev', `file,id=stdout,path=${escaped(stdoutPath)}`],
    ...['-device', 'virtserialport,chardev=stdout,name=limber.stdout'],
    ...['-chardev', `file,id=stderr,path=${escaped(stderrPath)}`],
    ...['-device', 'virtserialport,chardev=stderr,name=limber.stderr'],
  ];
}

/** QEMU's options are set apart by commas, which are doubled where they are meant. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,');
}
