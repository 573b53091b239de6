import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import type { Hierarchy } from '../process/cgroup/types.ts';
import { knownWhyNoHardware } from './hardware-trial.ts';
import { FILE_SERVER } from './guest/script.ts';
import { listImages } from './image/store.ts';
import { TOOLS, type MicrovmTool } from './image/tool.ts';
import { findAccelerator } from './vmm/qemu/accelerator.ts';

export type MachineCheck = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint?: string;
};

const BUILDERS = ['mksquashfs', 'gcc', 'apt-get', 'dpkg-deb', 'tar'] as const;

/** What this machine offers the microvm runtime. Starts no machine. */
export function checkMicrovm(given: {
  readonly hierarchy: Hierarchy;
  readonly imagesFolder: string;
}): readonly MachineCheck[] {
  return [
    rootCheck(),
    monitorCheck(),
    accelerationCheck(given.imagesFolder),
    fileServerCheck(),
    limitsCheck(given.hierarchy),
    tapCheck(),
    imageCheck(given.imagesFolder),
  ];
}

function rootCheck(): MachineCheck {
  const ok = process.getuid?.() === 0;
  const hint = 'Virtual machines need root: their network, their folders and their limits.';
  return { name: 'root', ok, detail: ok ? 'yes' : 'no', hint };
}

function monitorCheck(): MachineCheck {
  const hint = `Install it: apt-get install -y ${TOOLS['qemu-system-x86_64']}`;
  const version = firstLine('qemu-system-x86_64', ['--version']);
  return { name: 'QEMU', ok: version !== undefined, detail: version ?? 'not found', hint };
}

/** Without KVM everything works, and programs are several times slower. */
function accelerationCheck(imagesFolder: string): MachineCheck {
  const whyNot = knownWhyNoHardware(imagesFolder);
  const { kind, why } = whyNot === undefined ? findAccelerator() : { kind: 'tcg', why: whyNot };
  const detail = kind === 'kvm' ? 'KVM' : `none, the processor is emulated: ${why}`;
  return { name: 'acceleration', ok: true, detail };
}

function fileServerCheck(): MachineCheck {
  const ok = existsSync(FILE_SERVER);
  const hint = 'Install it: apt-get install -y qemu-system-common';
  return { name: 'files', ok, detail: ok ? FILE_SERVER : `${FILE_SERVER} is missing`, hint };
}

function limitsCheck(hierarchy: Hierarchy): MachineCheck {
  if (hierarchy.kind === 'none')
    return { name: 'limits', ok: false, detail: hierarchy.problem, hint: hierarchy.hint };
  return { name: 'limits', ok: true, detail: `cgroup ${hierarchy.kind}: CPU can be resized` };
}

function tapCheck(): MachineCheck {
  const hint = 'Only runs with a network need it. Load it: modprobe tun';
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
    return { name: 'network', ok: true, detail: '/dev/net/tun' };
  } catch (error) {
    return { name: 'network', ok: false, detail: (error as Error).message, hint };
  }
}

function imageCheck(imagesFolder: string): MachineCheck {
  const missing = BUILDERS.filter((tool) => firstLine(tool, versionOf(tool)) === undefined);
  const packages = missing.map((tool) => TOOLS[tool]).join(' ');
  const count = listImages(imagesFolder).length;
  const detail = `${count} built`;
  if (missing.length === 0) return { name: 'images', ok: true, detail };
  return {
    name: 'images',
    ok: false,
    detail: `${detail}; none can be built without ${missing.join(', ')}`,
    hint: `Install them: apt-get install -y ${packages}`,
  };
}

function versionOf(tool: MicrovmTool): readonly string[] {
  return tool === 'mksquashfs' ? ['-version'] : ['--version'];
}

function firstLine(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' }).split('\n')[0];
  } catch {
    // Not there, or not to be started: the same for whoever asks.
    return undefined;
  }
}
