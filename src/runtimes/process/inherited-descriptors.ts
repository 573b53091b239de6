import { readdirSync, readFileSync } from 'node:fs';
import { hasCode } from './cgroup/files.ts';

const FOLDER = '/proc/self/fdinfo';
/** O_CLOEXEC as proc_pid_fdinfo(5) prints it, in octal. */
const CLOSE_ON_EXEC = 0o2000000;
const FIRST_BEYOND_STANDARD = 3;

/**
 * Descriptors of this process that every child would inherit. Node marks its own as close-on-exec,
 * and of those that it was started with only what lies before the first gap above 15
 * (`uv_disable_stdio_inheritance`, src/unix/core.c of libuv).
 */
export function inheritedDescriptors(): readonly number[] {
  return readdirSync(FOLDER)
    .map(Number)
    .filter((descriptor) => descriptor >= FIRST_BEYOND_STANDARD && isInherited(descriptor));
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`${FOLDER}/${descriptor}`, 'latin1'));
    return (Number.parseInt(flags?.[1] ?? '0', 8) & CLOSE_ON_EXEC) === 0;
  } catch (error) {
    // It was open only while the folder was read.
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
