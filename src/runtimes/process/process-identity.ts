import { readFileSync } from 'node:fs';

/** A process id alone is reused by the kernel; with its start time it names one process. */
export type ProcessIdentity = { readonly pid: number; readonly startTicks: number };

/** Undefined when there is no such process. Source: proc_pid_stat(5), field 22. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return { pid, startTicks: Number(fields[19]) };
  } catch {
    // Any failure to read it means that it is not there for us.
    return undefined;
  }
}

/** Its own pid may be anybody's by now. Source: proc_pid_stat(5), field 4. */
export function isChildOf(pid: number, parentPid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parentPid;
  } catch {
    // Any failure to read it means that it is not there for us.
    return false;
  }
}

export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  return identify(pid)?.startTicks === startTicks;
}

/** Sends a signal to a process or (negative) a group; false when it is gone already. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
