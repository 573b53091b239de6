import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { LimberError } from '#model/errors.ts';
import { identify, isAlive, sendSignal } from '../process/process-identity.ts';
import { connectMachine, MONITOR_LOG, type Connection, type Monitor } from './start-monitor.ts';
import type { MachineSpec, Vmm } from './vmm/types.ts';

/** A machine that is nobody's run: without a folder, a network, output. */
export type LoneMachineSpec = Omit<
  MachineSpec,
  'plugs' | 'stateFolder' | 'stdoutPath' | 'stderrPath'
>;

/** Boots one in a folder until its agent has answered, for the time of `work`. */
export async function inLoneMachine<T>(
  given: {
    readonly vmm: Vmm;
    readonly folder: string;
    readonly spec: LoneMachineSpec;
    readonly deadlineMs?: number;
  },
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { vmm, folder, spec, deadlineMs } = given;
  const { bootMemoryBytes } = spec;
  const command = await vmm.command({
    ...spec,
    plugs: true,
    stateFolder: folder,
    stdoutPath: '/dev/null',
    stderrPath: '/dev/null',
  });
  const monitor = startAlone(folder, command);
  try {
    const facts = { monitor, bootMemoryBytes, deadlineMs };
    const connection = await connectMachine(vmm, folder, facts);
    const done = await work(connection);
    await connection.machine.quit();
    connection.link.close();
    return done;
  } finally {
    if (isAlive(monitor.identity)) sendSignal(monitor.identity.pid, 'SIGKILL');
    await monitor.ended;
  }
}

/** It goes with whoever started it; and mounts of its own, as every machine. */
const ALONE = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'private'];

function startAlone(folder: string, command: readonly string[]): Monitor {
  const log = openSync(`${folder}/${MONITOR_LOG}`, 'w', 0o600);
  const child = spawn('setpriv', [...ALONE, ...command], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = once(child, 'exit').then(() => {});
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) return { identity, ended };
  throw new LimberError('internal', { problem: 'a machine of its own could not be started' });
}
