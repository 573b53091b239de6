import { readFileSync } from 'node:fs';

/** Fields of /proc/<pid>/stat after the command's name (proc_pid_stat(5)): state is field 3. */
const STATE = 0;
const START_TICKS = 22 - 3;

export type ControllerProcess = {
  readonly controllerPid: number;
  /** Clock ticks after boot at which it started: with the pid, unique since boot. */
  readonly controllerStartTicks: number;
};

let own: ControllerProcess | undefined;

/** This process, as other processes will look for it. */
export function ownController(): ControllerProcess {
  own ??= { controllerPid: process.pid, controllerStartTicks: startTicksOf('self') ?? 0 };
  return own;
}

/** False when the process is gone, is a zombie, or its pid belongs to a later process. */
export function isAlive({ controllerPid, controllerStartTicks }: ControllerProcess): boolean {
  return startTicksOf(controllerPid) === controllerStartTicks;
}

function startTicksOf(pid: number | 'self'): number | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  // The name is in parentheses and may itself hold spaces and parentheses: count from the last.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[STATE] === 'Z' || fields[STATE] === 'X') return undefined;
  return Number(fields[START_TICKS]);
}

/** A process that is gone is expected: ENOENT, or ESRCH when it goes while being read. */
function readStat(pid: number | 'self'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
