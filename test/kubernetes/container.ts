import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCgroup } from '#runtimes/process/cgroup/open.ts';
import type { Hierarchy, InstanceCgroup } from '#runtimes/process/cgroup/types.ts';
import { buildSeccompFilter } from '#runtimes/process/sandbox/seccomp.ts';
import { cpuCoresOf, memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import type { Resources } from '#runtimes/kubernetes/api/types.ts';
import { expanded, expandedVariables } from './expansion.ts';
import type { Container, Pod } from './pod-types.ts';
import { delegateTo } from './node-cgroups.ts';
import { mountArguments } from './volumes.ts';

const SYSTEM = [
  ...[
    '--ro-bind',
    '/usr',
    '/usr',
    '--symlink',
    'usr/bin',
    '/bin',
    '--symlink',
    'usr/sbin',
    '/sbin',
  ],
  ...['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
  ...['--dir', '/etc', '--ro-bind-try', '/etc/alternatives', '/etc/alternatives'],
  ...[
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--dir',
    '/sys',
    '--dir',
    '/sys/fs',
    '--dir',
    '/sys/fs/cgroup',
  ],
];
const PATH = '/usr/local/bin:/usr/bin:/bin';
const POLL_MS = 5;
const MOST_PIDS = 256;
const MOST_LOGS = 4096;
const MOST_KILLS = 200;
const KILL_PAUSE_MS = 10;
const ENTER =
  'for file do [ "$file" = -- ] && break; echo 0 >"$file"; shift; done; shift; exec "$@"';

export type Ended = {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly message: string;
};

export type ContainerOptions = {
  readonly pod: Pod;
  readonly container: Container;
  /** Of this container's files, and of the pod's volumes. */
  readonly folder: string;
  readonly volumes: string;
  readonly hierarchy: Hierarchy;
  readonly cgroupPath: string;
  readonly userId: number;
  readonly hasNetwork: boolean;
};

/**
 * A container as a sandbox of this machine: its own processes, files, network and cgroup, ended by
 * the kernel at its memory limit. Lifecycle: start → exec, resize … → ended → remove.
 */
export class RunningContainer {
  readonly ended: Promise<Ended>;
  /** What its first process wrote: of a pod of Limber's, only what went wrong. */
  logs = '';
  readonly #options: ContainerOptions;
  readonly #cgroup: InstanceCgroup;
  readonly #child: ChildProcess;

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.#cgroup = makeCgroup(options);
    this.#child = this.#start();
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on(
        'data',
        (chunk: Buffer) => (this.logs += chunk.toString('utf8').slice(0, MOST_LOGS)),
      );
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        const exitCode = code ?? (signal === 'SIGKILL' ? 137 : 128);
        const oomKilled = exitCode === 137 && this.#cgroup.oomKills() > 0;
        const message = readFileSync(`${options.folder}/termination-log`, 'utf8').slice(0, 4096);
        resolve({ exitCode, oomKilled, message });
      });
    });
  }

  get memoryBytes(): number {
    const { sources } = this.#cgroup;
    const path =
      sources.version === 1
        ? `${sources.memoryFolder}/memory.usage_in_bytes`
        : `${sources.folder}/memory.current`;
    return Number(readFileSync(path, 'latin1'));
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  resize({ limits }: Resources): void {
    this.#cgroup.setCpu(cpuCoresOf(limits?.cpu));
    limitMemory(this.#cgroup, memoryBytesOf(limits?.memory));
  }

  /** A further command in it, under its limits. */
  async exec(command: readonly string[]): Promise<ChildProcess> {
    const pid = await this.#firstProcess();
    const namespaces = ['-t', String(pid), '-m', '-p', '-i', '-u', '-n', '--'];
    return this.#spawn(['nsenter', ...namespaces, ...this.#asUser(), ...command]);
  }

  kill(): void {
    for (const pid of this.#cgroup.processIds()) tryKill(pid);
    this.#child.kill('SIGKILL');
  }

  async remove(): Promise<void> {
    this.kill();
    await this.ended;
    // What was being started as it was ended comes in after the others.
    for (let tries = 0; tries < MOST_KILLS && this.#cgroup.processIds().length > 0; tries++) {
      this.kill();
      await sleep(KILL_PAUSE_MS);
    }
    await this.#cgroup.remove();
  }

  #start(): ChildProcess {
    const { pod, container, folder, volumes, hasNetwork } = this.#options;
    writeFileSync(`${folder}/termination-log`, '');
    chmodSync(`${folder}/termination-log`, 0o666);
    writeFileSync(`${folder}/seccomp.bpf`, buildSeccompFilter());
    writeFileSync(`${folder}/info`, '');
    const variables = expandedVariables(container.env ?? []);
    const words = [...(container.command ?? []), ...(container.args ?? [])].map((word) =>
      expanded(word, variables),
    );
    const bwrap = [
      ...['bwrap', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--as-pid-1'],
      ...(hasNetwork ? [] : ['--unshare-net']),
      ...['--die-with-parent', '--hostname', pod.metadata.name],
      ...SYSTEM,
      ...cgroupMounts(this.#cgroup),
      ...mountArguments(pod, container, volumes),
      ...['--bind', `${folder}/termination-log`, '/dev/termination-log'],
      ...['--remount-ro', '/', '--chdir', container.workingDir ?? '/'],
      ...['--seccomp', '9', '--info-fd', '8', '--', ...this.#asUser(), ...words],
    ];
    const redirected = `${ENTER} 9<"${folder}/seccomp.bpf" 8>"${folder}/info"`;
    return this.#spawn(bwrap, redirected);
  }

  #asUser(): readonly string[] {
    const id = String(this.#options.userId);
    const { env = [] } = this.#options.container;
    return [
      ...['setpriv', '--reuid', id, '--regid', id, '--clear-groups', '--no-new-privs'],
      ...['--bounding-set=-all', '--inh-caps=-all', 'env', '-i', `PATH=${PATH}`],
      ...expandedVariables(env).map(({ name, value }) => `${name}=${value}`),
    ];
  }

  #spawn(command: readonly string[], script = ENTER): ChildProcess {
    const enter = ['-c', script, 'sh', ...this.#cgroup.procsFiles, '--', ...command];
    return spawn('sh', enter, {
      stdio: 'pipe',
      env: { PATH: `${PATH}:/usr/sbin` },
      detached: true,
    });
  }

  async #firstProcess(): Promise<number> {
    const path = `${this.#options.folder}/info`;
    for (;;) {
      const found = /"child-pid"\s*:\s*(\d+)/.exec(readFileSync(path, 'utf8'));
      // Only its own root has that file: before, it still sees this machine's.
      if (found && existsSync(`/proc/${found[1]}/root/dev/termination-log`))
        return Number(found[1]);
      if (!this.isRunning) throw new Error('the container does not run');
      await sleep(POLL_MS);
    }
  }
}

function makeCgroup({ hierarchy, cgroupPath, container }: ContainerOptions): InstanceCgroup {
  delegateTo(hierarchy, cgroupPath);
  const cgroup = createCgroup(hierarchy, {
    path: cgroupPath,
    limits: {
      cpuCores: cpuCoresOf(container.resources.limits?.cpu),
      memoryBytes: Number.POSITIVE_INFINITY,
    },
    maxMemoryBytes: Number.POSITIVE_INFINITY,
    maxProcesses: MOST_PIDS,
    cpuWeight: 100,
  });
  if (!cgroup) throw new Error('a container needs cgroups');
  if (cgroup.sources.version === 1)
    writeFileSync(`${cgroup.sources.memoryFolder}/memory.oom_control`, '0');
  limitMemory(cgroup, memoryBytesOf(container.resources.limits?.memory));
  return cgroup;
}

/** As the kubelet does: the limit at which the kernel kills. */
function limitMemory({ sources }: InstanceCgroup, bytes: number): void {
  const v1 = sources.version === 1;
  const text = Number.isFinite(bytes) ? String(bytes) : v1 ? '-1' : 'max';
  const path = v1
    ? `${sources.memoryFolder}/memory.limit_in_bytes`
    : `${sources.folder}/memory.max`;
  writeFileSync(path, text);
}

/** A container sees its own cgroup, and no other. */
function cgroupMounts({ sources }: InstanceCgroup): readonly string[] {
  if (sources.version === 2) return ['--ro-bind', sources.folder, '/sys/fs/cgroup'];
  const { cpuFolder, cpuacctFolder, memoryFolder, pidsFolder } = sources;
  const folders = {
    cpu: cpuFolder,
    cpuacct: cpuacctFolder,
    memory: memoryFolder,
    pids: pidsFolder,
  };
  return Object.entries(folders).flatMap(([name, folder]) =>
    folder ? ['--ro-bind', folder, `/sys/fs/cgroup/${name}`] : [],
  );
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
