import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { openChannel, type Channel } from './channel/channel.ts';
import { PROBE_PIPE } from './channel/probe-pipe.ts';
import { inheritedDescriptors } from './inherited-descriptors.ts';
import { INPUT_PIPE, openReadEnd } from './open-input.ts';
import { openOutputPipes } from './output-pipes.ts';
import type { Exit, OutputStreams } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
import { readRecord } from './instance-record.ts';
import { LimberError } from '#model/errors.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';
import { readExit } from './shim.ts';

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const START_FAILED = 125;

export type StartedShim = {
  readonly identity: ProcessIdentity;
  readonly output: OutputStreams;
  /** Open before the program runs: its first word is heard. */
  readonly channel: Channel;
  readonly isGone: () => boolean;
  readonly exited: Promise<Omit<Exit, 'memoryExhausted'>>;
};

/**
 * Starts the shim in a mount namespace and a session of its own: a Ctrl-C on the terminal reaches
 * Limber alone, which passes it on to the program.
 */
export function startShim(shimPath: string, stateFolder: string, spec: LaunchSpec): StartedShim {
  mkdirSync(readRecord(stateFolder)?.workFolder ?? stateFolder, { recursive: true });
  const pipes = openOutputPipes(stateFolder, furtherPipes(stateFolder, spec));
  const stdin = openStdin(spec.stdin, stateFolder);
  const channel = openChannel(stateFolder);
  const covered = coverInherited(stateFolder);
  const stdio: StdioOptions = [stdin, pipes.stdoutEnd, pipes.stderrEnd, ...covered.stdio];
  const child = spawn('unshare', [...unshareFlags(), '--', shimPath, stateFolder, ...spec.argv], {
    stdio,
    detached: true,
    env: { PATH: SYSTEM_PATH },
    cwd: '/',
  });
  if (typeof stdin === 'number') closeSync(stdin);
  pipes.closeEnds();
  const output = spec.kept ? withoutReaders(pipes.output) : pipes.output;
  covered.close();
  const exited = whenExited(child, stateFolder);
  return {
    identity: identityOf(child),
    output,
    channel,
    isGone: () => child.exitCode !== null || child.signalCode !== null,
    exited,
  };
}

/** Without root a user namespace gives the right to mount; the program gets another one inside. */
function unshareFlags(): readonly string[] {
  const mount = ['--mount', '--propagation', 'private'];
  return process.getuid?.() === 0 ? mount : ['--user', '--map-root-user', ...mount];
}

/**
 * A descriptor that the caller of Limber left open would reach the program, and a folder among them
 * is a way out of its view of the files. Node cannot close them for a child, only replace them; the
 * shim has bubblewrap read arguments from each, which finds none and closes it.
 */
function coverInherited(stateFolder: string) {
  const inherited = inheritedDescriptors();
  const closeArguments = inherited.flatMap((descriptor) => ['--args', descriptor]);
  writeFileSync(`${stateFolder}/close.args`, `${closeArguments.join(' ')}\n`);
  const stdio: ('ignore' | number)[] = [];
  if (inherited.length === 0) return { stdio, close() {} };
  const empty = openSync('/dev/null', 'r');
  for (let descriptor = 3; descriptor <= Math.max(...inherited); descriptor++)
    stdio.push(inherited.includes(descriptor) ? empty : 'ignore');
  return { stdio, close: () => closeSync(empty) };
}

/** The shim holds write ends and takes the read ends: the pipes are not without a reader in between. */
function withoutReaders({ stdout, stderr }: OutputStreams): OutputStreams {
  stdout?.destroy();
  stderr?.destroy();
  return { stdout: null, stderr: null };
}

function furtherPipes(stateFolder: string, { probe, stdin }: LaunchSpec): readonly string[] {
  return [
    ...(probe ? [`${stateFolder}/${PROBE_PIPE}`] : []),
    ...(stdin === 'open' ? [`${stateFolder}/${INPUT_PIPE}`] : []),
  ];
}

function openStdin(stdin: LaunchSpec['stdin'], stateFolder: string): 'inherit' | 'ignore' | number {
  if (stdin === 'open') return openReadEnd(stateFolder);
  return typeof stdin === 'string' ? stdin : openSync(stdin.path, 'r');
}

function identityOf(child: ChildProcess): ProcessIdentity {
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) return identity;
  if (child.pid !== undefined) return { pid: child.pid, startTicks: 0 };
  throw new LimberError('sandbox-unavailable', {
    problem: 'unshare (package util-linux) could not be started',
    hint: 'Install it with: apt-get install util-linux',
  });
}

function whenExited(child: ChildProcess, stateFolder: string): StartedShim['exited'] {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ started: false, exitCode: START_FAILED }));
    child.once('exit', (code, signal) => resolve(readExit(stateFolder) ?? shimExit(code, signal)));
  });
}

/** The shim left nothing: it was ended itself. */
function shimExit(
  code: number | null,
  signal: NodeJS.Signals | null,
): Omit<Exit, 'memoryExhausted'> {
  return { started: true, ...(code !== null && { exitCode: code }), ...(signal && { signal }) };
}
