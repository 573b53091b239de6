import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** Where and from what a figure was measured: without it a figure cannot be compared with another. */
export type Machine = {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly cgroupVersion: 1 | 2;
  readonly node: string;
  readonly commit: string;
  /** The load average of the last minute before the run: other work on the machine shows here. */
  readonly loadBefore: number;
  readonly at: string;
};

export function describeMachine(): Machine {
  const [cpu, ...rest] = cpus();
  return {
    cpuModel: cpu?.model.trim() ?? 'unknown',
    cores: rest.length + 1,
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    kernel: release(),
    cgroupVersion: existsSync('/sys/fs/cgroup/cgroup.controllers') ? 2 : 1,
    node: process.version,
    commit: commitOf(),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    at: new Date().toISOString(),
  };
}

export function machineLine(machine: Machine): string {
  const { cpuModel, cores, memoryGiB, kernel, cgroupVersion, node, commit, loadBefore } = machine;
  return `${cpuModel}, ${cores} cores, ${memoryGiB} GiB; Linux ${kernel}, cgroup v${cgroupVersion}; Node ${node}; commit ${commit}; load ${loadBefore}`;
}

/** `+` marks a work tree that differs from the commit. A packed Limber has no repository. */
function commitOf(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' });
    const dirty = git('status', '--porcelain', '--untracked-files=no', '--', '../src').trim();
    return `${git('rev-parse', '--short', 'HEAD').trim()}${dirty ? '+' : ''}`;
  } catch (error) {
    return `unknown (${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)})`;
  }
}
