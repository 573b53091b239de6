import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { printable } from './printable.ts';

/** The kernel keeps so many characters of a name. */
const KEPT = 15;

/**
 * What a process runs. The kernel's name of it is that of its main thread, which some interpreters name
 * after what it does ("MainThread"): where neither its program nor its first arguments are called so,
 * the program's file tells. The kernel's name stands where that cannot be read.
 */
export function commandName(pid: number, name: string): string {
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
    const [command = '', script = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // A login shell's has a dash before it.
    const known = [program, basename(command).replace(/^-/, ''), basename(script)];
    return known.some((each) => each.startsWith(name.slice(0, KEPT))) ? name : printable(program);
  } catch {
    return name;
  }
}
