import { closeSync, openSync } from 'node:fs';

export type Accelerator = {
  readonly kind: 'kvm' | 'tcg';
  /** Why it is not KVM; empty where it is. */
  readonly why: string;
};

/** Chosen by trying: what can be opened can still be missing behind, and QEMU then says so. */
export function findAccelerator(): Accelerator {
  try {
    closeSync(openSync('/dev/kvm', 'r+'));
    return { kind: 'kvm', why: '' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no /dev/kvm' : `/dev/kvm cannot be opened (${code})`;
    return { kind: 'tcg', why };
  }
}
