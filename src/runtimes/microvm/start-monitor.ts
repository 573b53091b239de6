import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LimberError } from '#model/errors.ts';
import { identify, isAlive, type ProcessIdentity } from '../process/process-identity.ts';
import { openLink, type Link } from './agent/link.ts';
import { panicIn } from './panic.ts';
import { connectWhenThere } from './vmm/connect-when-there.ts';
import { CONTROL_SOCKET, type Machine, type Vmm } from './vmm/types.ts';

/** Under TCG on a busy machine a boot takes ten times what it takes alone. */
const BOOT_DEADLINE_MS = 180_000;
const LOOK_EVERY_MS = 100;
/** In the state folder: what the monitor's command prints. */
export const MONITOR_LOG = 'monitor.log';
const MOST_OF_LOG = 400;

export type Monitor = { readonly identity: ProcessIdentity; readonly ended: Promise<void> };
export type Connection = { readonly machine: Machine; readonly link: Link };

/** Runs a start script in a process group of its own, which outlives this process. */
export function startMonitor(stateFolder: string, script: string): Monitor {
  const log = openSync(`${stateFolder}/${MONITOR_LOG}`, 'w', 0o600);
  const child = spawn('sh', [script], { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  const ended = once(child, 'exit').then(() => {});
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (!identity) throw notStarted('it ended at once');
  return { identity, ended };
}

/** One that was started by somebody else is not told of: it is looked for. */
export function watchMonitor(identity: ProcessIdentity): Monitor {
  const ended = (async () => {
    while (isAlive(identity)) await sleep(LOOK_EVERY_MS);
  })();
  return { identity, ended };
}

/** Connects to the monitor and to the agent, of a kept machine once it goes on; resolves when the guest has answered. */
export async function connectMachine(
  vmm: Vmm,
  stateFolder: string,
  given: {
    readonly monitor: Monitor;
    readonly bootMemoryBytes: number;
    readonly statePath?: string | undefined;
    readonly deadlineMs?: number | undefined;
  },
): Promise<Connection> {
  const { monitor, bootMemoryBytes, statePath, deadlineMs = BOOT_DEADLINE_MS } = given;
  const { identity, ended } = monitor;
  const isThere = () => isAlive(identity);
  const late = sleep(deadlineMs, 'late' as const, { ref: false });
  const failed = (problem: string, said?: string) => {
    const log = vmm.problemIn(readLog(stateFolder)).trim().slice(-MOST_OF_LOG);
    return notStarted(problem, panicIn(said) ?? log.split('\n').join('; '));
  };
  const machine = await vmm
    .connect({ stateFolder, isThere, bootMemoryBytes })
    .catch((error: Error) => {
      throw failed(error.message);
    });
  let said: string | undefined;
  machine.onDown((text) => {
    said = text;
    void machine.quit();
  });
  try {
    if (statePath !== undefined) await machine.goOn(statePath);
    const socket = await connectWhenThere(`${stateFolder}/${CONTROL_SOCKET}`, isThere);
    const link = openLink(socket);
    const first = await Promise.race([link.ready.then(() => 'ready' as const), ended, late]);
    if (first === 'ready') return { machine, link };
    link.close();
    throw failed(
      first === 'late' ? `its guest has not answered for ${deadlineMs / 1_000} s` : 'it ended',
      said,
    );
  } catch (error) {
    machine.close();
    throw error instanceof LimberError ? error : failed('it ended', said);
  }
}

/** What the monitor's command printed. */
export function readLog(stateFolder: string): string {
  return readFileSync(`${stateFolder}/${MONITOR_LOG}`, 'utf8');
}

function notStarted(problem: string, why = ''): LimberError {
  return new LimberError('microvm-not-started', {
    problem: why === '' ? problem : `${problem} (${why})`,
    hint: 'Look what is missing with: limber doctor --microvm.',
  });
}
