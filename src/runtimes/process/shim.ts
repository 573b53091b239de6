import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants } from 'node:os';
import type { Exit } from '#model/instance.ts';
import { LimberError } from '#model/errors.ts';

const POLL_MS = 2;
const START_DEADLINE_MS = 10_000;
const SIGNAL_BASE = 128;

/** Process id of the sandbox's first process, from bubblewrap's --info-fd. */
export async function waitForSandbox(
  stateFolder: string,
  isShimGone: () => boolean,
  pollMs = POLL_MS,
): Promise<number> {
  const deadlineMs = performance.now() + START_DEADLINE_MS;
  for (;;) {
    const pid = readChildPid(stateFolder);
    if (pid !== undefined) return pid;
    if (isShimGone() || performance.now() > deadlineMs) throw startFailure(stateFolder);
    await sleep(pollMs);
  }
}

export function readChildPid(stateFolder: string): number | undefined {
  const text = readIfThere(`${stateFolder}/info`);
  const found = text && /"child-pid"\s*:\s*(\d+)/.exec(text);
  return found ? Number(found[1]) : undefined;
}

function startFailure(stateFolder: string): LimberError {
  const problem =
    readIfThere(`${stateFolder}/error`)?.trim() ||
    readIfThere(`${stateFolder}/launch-error`)?.trim() ||
    'the sandbox did not start';
  return new LimberError('sandbox-unavailable', {
    problem,
    hint: '`limber doctor` checks what this machine lacks.',
  });
}

/** How the program ended, from what the shim left behind; undefined when it left nothing. */
export function readExit(stateFolder: string): Omit<Exit, 'memoryExhausted'> | undefined {
  const exitCode = readExitCode(stateFolder);
  if (exitCode === undefined) return undefined;
  const signal = signalOf(exitCode);
  const tmp = readTmpUsage(stateFolder);
  // Bubblewrap reports an exit code only when the program itself was started.
  const started = programEnded(stateFolder);
  return { started, exitCode, ...(signal && { signal }), ...(tmp && { tmp }) };
}

/** Bubblewrap has said how the program ended; the shim may still wait for its output. */
export function programEnded(stateFolder: string): boolean {
  return /"exit-code"/.test(readIfThere(`${stateFolder}/info`) ?? '');
}

export function hasExited(stateFolder: string): boolean {
  return readExitCode(stateFolder) !== undefined;
}

/** A line that has no end is still being written. */
function readExitCode(stateFolder: string): number | undefined {
  const text = readIfThere(`${stateFolder}/exit`);
  return text?.endsWith('\n') ? Number(text) : undefined;
}

/** A shell's exit code of what was ended by a signal. */
export function signalOf(exitCode: number): NodeJS.Signals | undefined {
  const number = exitCode - SIGNAL_BASE;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] as NodeJS.Signals | undefined;
}

/** `stat -f` printed: blocks, free blocks, block size. */
function readTmpUsage(stateFolder: string): Exit['tmp'] {
  const [blocks, free, blockBytes] = (readIfThere(`${stateFolder}/tmp-usage`) ?? '')
    .split(' ')
    .map(Number);
  if (!blocks || free === undefined || !blockBytes) return undefined;
  return { usedBytes: (blocks - free) * blockBytes, sizeBytes: blocks * blockBytes };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
