import { readFileSync, writeFileSync } from 'node:fs';
import type { KeptOutput } from '#model/launch.ts';
import { hasCode } from './cgroup/files.ts';
import { isChildOf, sendSignal } from './process-identity.ts';

/** RLIMIT_FSIZE as the shell's `ulimit -f` counts it (POSIX). */
const BLOCK_BYTES = 512;

/**
 * What the shim needs to keep the output itself. The limit of each file is one block above what is
 * allowed: so whoever looks at its size can tell that there was more.
 */
export function writeKeptOutput(stateFolder: string, kept: KeptOutput): void {
  for (const path of [kept.stdoutPath, kept.stderrPath]) writeFileSync(path, '', { mode: 0o600 });
  const blocks = Math.ceil(kept.maxBytes / BLOCK_BYTES) + 1;
  const text = `${blocks}\n${kept.stdoutPath}\n${kept.stderrPath}\n`;
  writeFileSync(`${stateFolder}/output`, text, { mode: 0o600 });
}

/**
 * Ends the processes that keep the output. The end of a pipe may have been handed to a process
 * elsewhere, which would hold up the end of the run for as long as it likes.
 */
export function endKeepers(stateFolder: string, shimPid: number): void {
  for (const pid of readPids(`${stateFolder}/keepers`))
    if (isChildOf(pid, shimPid)) sendSignal(pid, 'SIGKILL');
}

export function readPids(path: string): readonly number[] {
  try {
    return readFileSync(path, 'latin1').split(/\s+/).filter(Boolean).map(Number);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
