import { mkdirSync } from 'node:fs';
import { LimberError } from '#model/errors.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { Launched } from '../types.ts';
import { createCgroup } from './cgroup/open.ts';
import { kernelLimits, withBurstRoom, type RoomyCgroup } from './burst-room.ts';
import type { CgroupSpec } from './cgroup/types.ts';
import { createInstance } from './instance.ts';
import { makeWhole, stateFolderOf } from './instance-folders.ts';
import { writeRecord, type InstanceRecord } from './instance-record.ts';
import { createInstanceNetwork } from './network/create.ts';
import type { InstanceNetwork } from './network/types.ts';
import { enforcementOf, type ProcessRuntimeOptions } from './options.ts';
import { knownHost, latestEtc } from './sandbox/known-system.ts';
import { sandboxArguments } from './sandbox/system-view.ts';
import { waitForSandbox } from './shim.ts';
import { beginShim, exitIn, startShim, type MorePipes, type StartedShim } from './start-shim.ts';
import { identityFolder, makeStateFolder, writeStateFolder } from './state-folder.ts';
import { tearDown } from './tear-down.ts';
import { CONTROLLER_FOLDER, THIS_CONTROLLER } from './this-controller.ts';

/** What a new cgroup has, in the unit of cgroup v2's `cpu.weight`. */
const ORDINARY_CPU_WEIGHT = 100;

type Made = {
  cgroup?: RoomyCgroup | undefined;
  network?: InstanceNetwork | undefined;
  shim?: StartedShim;
};

/** What only a sandbox has that waits for its program. */
export type Waiting = {
  readonly pipes: MorePipes;
  /** Makes what its program will have. */
  readonly furnish: () => void;
  /** Its pipes are there, and nothing has opened them. */
  readonly begun: (stateFolder: string) => void;
  readonly pollMs: number;
};

/** A sandbox that is up, with everything that binds it. */
export type Sandbox = {
  readonly stateFolder: string;
  readonly record: InstanceRecord;
  readonly sandboxPid: number;
  readonly shim: StartedShim;
  readonly cgroup: RoomyCgroup | undefined;
  readonly network: InstanceNetwork | undefined;
};

export async function launchInstance(
  options: ProcessRuntimeOptions,
  spec: LaunchSpec,
): Promise<Launched> {
  return launchedIn(options, await startSandbox(options, spec), spec);
}

/**
 * Prepares everything that binds the program, then starts it inside: no instruction of it runs
 * before its limits are in force. What was made is written down first, so that a controller that
 * dies in between leaves nothing that cannot be found.
 */
export async function startSandbox(
  options: ProcessRuntimeOptions,
  spec: LaunchSpec,
  waiting?: Waiting,
): Promise<Sandbox> {
  const stateFolder = stateFolderOf(options.runtimeFolder, spec.id);
  const planned = newRecord(options, spec, stateFolder);
  // What waits for an execution ends with its controller, whatever it will be then.
  const record = waiting ? { ...planned, outlives: false } : planned;
  makeWhole(stateFolder, (folder) => {
    makeStateFolder(folder, spec);
    writeRecord(folder, record);
  });
  mkdirSync(record.workFolder, { recursive: true });
  waiting?.furnish();
  const made: Made = {};
  try {
    made.network = await makeNetwork(options, spec);
    made.cgroup = makeCgroup(options, spec, record);
    const etcFolder = latestEtc(options.runtimeFolder);
    writeStateFolder({
      folder: stateFolder,
      runtimeFolder: options.runtimeFolder,
      workFolder: record.workFolder,
      spec,
      cgroup: made.cgroup,
      network: made.network,
      sandboxArguments: sandboxArguments(
        {
          spec,
          stateFolder,
          identityFolder: identityFolder(stateFolder, made.network, etcFolder),
          etcFolder,
          shareNetwork: made.network !== undefined,
        },
        knownHost,
      ),
    });
    const shim = start(options, { stateFolder, spec, morePipes: waiting?.pipes ?? [] });
    made.shim = shim;
    waiting?.begun(stateFolder);
    if (shim.identity()) writeRecord(stateFolder, { ...record, shim: shim.identity()! });
    const sandboxPid = await waitForSandbox(stateFolder, shim.isGone, waiting?.pollMs);
    const identity = shim.identity();
    if (!identity) throw new LimberError('internal', { problem: 'the shim is gone' });
    const started = { ...record, shim: identity };
    writeRecord(stateFolder, started);
    const { cgroup, network } = made;
    return { stateFolder, record: started, sandboxPid, shim, cgroup, network };
  } catch (error) {
    made.shim?.channel.close();
    const { cgroup, network } = made;
    const shim = made.shim?.identity();
    await tearDown({ cgroup, network, shim, stateFolder, workFolder: record.workFolder });
    throw error;
  }
}

function start(
  { shimPath, starter, pipes }: ProcessRuntimeOptions,
  what: { readonly stateFolder: string; readonly spec: LaunchSpec; readonly morePipes: MorePipes },
): StartedShim {
  const input = { ...what, shimPath };
  return what.spec.kept ? beginShim(input, starter, pipes) : startShim(input);
}

/** The instance that runs `spec` in a sandbox that is up. */
export function launchedIn(
  { hierarchy }: ProcessRuntimeOptions,
  { stateFolder, record, sandboxPid, shim, cgroup, network }: Sandbox,
  spec: LaunchSpec,
): Launched {
  const { workFolder, writableFolders = [], outputPaths } = record;
  const identity = record.shim!;
  const instance = createInstance({
    id: spec.id,
    enforcement: enforcementOf(hierarchy),
    stateFolder,
    sandboxPid,
    shimPid: identity.pid,
    cgroup,
    network,
    initial: spec.initial,
    burstRoomBytes: spec.burstRoomBytes,
    maxMemoryBytes: spec.maxMemoryBytes,
    channel: shim.channel,
    writableFolders,
    outputPaths,
    hasInput: spec.stdin === 'open',
    exited: shim.ended.then((end) => exitIn(stateFolder, end)),
    release: () => tearDown({ cgroup, network, shim: identity, stateFolder, workFolder }),
  });
  return { instance, output: shim.output };
}

export function newRecord(
  options: ProcessRuntimeOptions,
  spec: LaunchSpec,
  stateFolder: string,
): InstanceRecord {
  const workFolder = chooseWorkFolder(options.workFolder, spec, stateFolder);
  return {
    id: spec.id,
    controller: THIS_CONTROLLER,
    cgroupPath: `${CONTROLLER_FOLDER}/${spec.id}`,
    workFolder,
    maxMemoryBytes: Number.isFinite(spec.maxMemoryBytes) ? spec.maxMemoryBytes : null,
    burstRoomBytes: spec.burstRoomBytes,
    maxProcesses: spec.maxProcesses,
    tmpBytes: spec.tmpBytes,
    network: spec.network,
    outlives: spec.kept !== undefined,
    writableFolders: writableFolders(spec, workFolder),
    ...(spec.kept && { outputPaths: [spec.kept.stdoutPath, spec.kept.stderrPath] }),
  };
}

/**
 * An overlay refuses a folder for changes that lies inside the folder it shows. Then the changes go
 * to the state folder, which is another file system.
 */
function chooseWorkFolder(root: string, spec: LaunchSpec, stateFolder: string): string {
  const inside = `${root}/`.startsWith(`${spec.view.currentFolder.replace(/\/$/, '')}/`);
  return inside ? `${stateFolder}/work` : `${root}/${spec.id}`;
}

function writableFolders({ view }: LaunchSpec, workFolder: string): readonly string[] {
  const mounts = view.mounts.filter(({ writable }) => writable).map(({ host }) => host);
  const own = view.writableCurrentFolder || view.inPlace ? [view.currentFolder] : [];
  return [workFolder, ...own, ...mounts];
}

export function cgroupSpec(
  record: InstanceRecord,
  limits: CgroupSpec['limits'],
  cpuWeight = ORDINARY_CPU_WEIGHT,
): CgroupSpec {
  return {
    path: record.cgroupPath,
    limits,
    maxMemoryBytes: record.maxMemoryBytes ?? Number.POSITIVE_INFINITY,
    maxProcesses: record.maxProcesses,
    cpuWeight,
  };
}

function makeCgroup(
  { hierarchy }: ProcessRuntimeOptions,
  spec: LaunchSpec,
  record: InstanceRecord,
): RoomyCgroup | undefined {
  const cgroup = createCgroup(
    hierarchy,
    cgroupSpec(record, kernelLimits(spec.initial, spec), spec.cpuWeight),
  );
  return cgroup && withBurstRoom(cgroup, spec, spec.initial);
}

async function makeNetwork(
  { runtimeFolder }: ProcessRuntimeOptions,
  { id, network, initial }: LaunchSpec,
): Promise<InstanceNetwork | undefined> {
  if (network.kind === 'none' && network.hostPorts.length === 0) return undefined;
  return createInstanceNetwork({
    instanceId: id,
    rule: network,
    runtimeFolder,
    ingressBitsPerSecond: initial.ingressBitsPerSecond,
    egressBitsPerSecond: initial.egressBitsPerSecond,
  });
}
