import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import type { ProcessorsBy } from '../types.ts';

export type Accelerator = {
  readonly kind: 'kvm' | 'tcg';
  /** Why it is not KVM; empty where it is. */
  readonly why: string;
};

const KVM = ['-accel', 'kvm'];
const TCG = ['-accel', 'tcg,thread=multi'];
/** Of two, QEMU says why the first does not work, and goes on with the second. */
const ACCELERATORS = { best: [...KVM, ...TCG], hardware: KVM, emulation: TCG } as const;
/** All that there is but one: a register that some hosts offer and refuse to set. */
const MODEL = ['-cpu', 'max,-arch-capabilities'];

export function processorOptions(by: ProcessorsBy): readonly string[] {
  return [...ACCELERATORS[by], ...MODEL];
}

export function mayUseKvm(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    // Missing or closed to us: QEMU finds the same, and says it.
    return false;
  }
}

const NO_MACHINE = ['-nodefaults', '-display', 'none', '-machine', 'none', '-S', '-qmp', 'stdio'];
const LEAVE_AT_ONCE = '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n';
const DEADLINE_MS = 10_000;
/** `qemu-system-x86_64: -accel kvm: ` and the like: who speaks is known. */
const SPEAKER = /^(?:\S+: )?(?:-accel \S+: )?/;

const FALLS_BACK = 'falling back to tcg\n';

/** What it said beyond that it goes on with the second. */
export function afterFallback(said: string): string {
  const at = said.indexOf(FALLS_BACK);
  return at < 0 ? said : said.slice(at + FALLS_BACK.length);
}

/** What QEMU gets here, found by letting it try. Starts no machine. */
export function findAccelerator(): Accelerator {
  const { status, stderr, error } = spawnSync(
    'qemu-system-x86_64',
    [...NO_MACHINE, '-accel', 'kvm'],
    {
      input: LEAVE_AT_ONCE,
      encoding: 'utf8',
      timeout: DEADLINE_MS,
    },
  );
  if (status === 0) return { kind: 'kvm', why: '' };
  return { kind: 'tcg', why: error ? error.message : whyNotKvm(stderr) };
}

/** The first of what QEMU said, for example "Could not access KVM kernel module: Permission denied". */
export function whyNotKvm(said: string): string {
  const [first = ''] = said.split('\n');
  return first.replace(SPEAKER, '').trim() || 'QEMU did not say why';
}
