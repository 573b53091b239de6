import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { openChannel, type Channel } from './channel/channel.ts';
import { PROBE_PIPE } from './channel/probe-pipe.ts';
import { inheritedDescriptors } from './inherited-descriptors.ts';
import { INPUT_PIPE, openReadEnd } from './open-input.ts';
import { openOutputPipes } from './output-pipes.ts';
import type { Exit, OutputStreams } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
import { readPids } from './kept-output.ts';
import { LimberError } from '#model/errors.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';
import { readExit, signalOf } from './shim.ts';
import type { PipeStock } from './pipe-stock.ts';
import type { Starter } from './starter.ts';
import { SYSTEM_PATH } from './system-path.ts';

const START_FAILED = 125;

export type StartedShim = {
  /** Undefined where it has not come to say so yet. */
  readonly identity: () => ProcessIdentity | undefined;
  readonly output: OutputStreams;
  /** Open before the program runs: its first word is heard. */
  readonly channel: Channel;
  readonly isGone: () => boolean;
  /** What its state folder says of the end counts more; `exitIn` has both. */
  readonly ended: Promise<ShimEnd>;
};

type ShimEnd = { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;

/** Pipes beside those of the output. */
export type MorePipes = readonly string[];

type ToStart = {
  readonly shimPath: string;
  readonly stateFolder: string;
  readonly spec: LaunchSpec;
  readonly morePipes: MorePipes;
};

/**
 * Starts a shim that keeps the output itself, and so needs nothing of this process, by way of
 * another: this one is not held up.
 */
export function beginShim(input: ToStart, starter: Starter, pipes: PipeStock): StartedShim {
  const { shimPath, stateFolder, spec, morePipes } = input;
  const names = ['stdout', 'stderr', ...furtherPipes(spec), ...morePipes];
  pipes.take(names.map((name) => `${stateFolder}/${name}`));
  const channel = openChannel(stateFolder);
  const command = ['unshare', ...unshareFlags(), '--', shimPath, stateFolder, ...spec.argv];
  let isGone = false;
  const ended = starter.begin(stateFolder, inputPath(spec.stdin), command).then((code): ShimEnd => {
    isGone = true;
    if (code === undefined) return undefined;
    const signal = signalOf(code) ?? null;
    return { code: signal === null ? code : null, signal };
  });
  return {
    identity: () => readShimIdentity(stateFolder),
    output: { stdout: null, stderr: null },
    channel,
    isGone: () => isGone,
    ended,
  };
}

/** The shim says its number first of all. One that has ended meanwhile is known by that alone. */
export function readShimIdentity(stateFolder: string): ProcessIdentity | undefined {
  const [pid] = readPids(`${stateFolder}/shim-pid`);
  return pid === undefined ? undefined : (identify(pid) ?? { pid, startTicks: 0 });
}

function inputPath(stdin: LaunchSpec['stdin']): string {
  if (stdin === 'open') return INPUT_PIPE;
  return typeof stdin === 'string' ? '/dev/null' : stdin.path;
}

/**
 * Starts the shim in a mount namespace and a session of its own: a Ctrl-C on the terminal reaches
 * Limber alone, which passes it on to the program.
 */
export function startShim(input: ToStart): StartedShim {
  const { shimPath, stateFolder, spec, morePipes } = input;
  const names = [...furtherPipes(spec), ...morePipes];
  const pipes = openOutputPipes(
    stateFolder,
    names.map((name) => `${stateFolder}/${name}`),
  );
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
  const ended = whenEnded(child);
  const identity = identityOf(child);
  return {
    identity: () => identity,
    output,
    channel,
    isGone: () => child.exitCode !== null || child.signalCode !== null,
    ended,
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
  const stdio: ('ignore' | number)[] = [];
  if (inherited.length === 0) return { stdio, close() {} };
  writeFileSync(`${stateFolder}/close.args`, `${closeArguments.join(' ')}\n`);
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

function furtherPipes({ probe, stdin }: LaunchSpec): readonly string[] {
  return [...(probe ? [PROBE_PIPE] : []), ...(stdin === 'open' ? [INPUT_PIPE] : [])];
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

function whenEnded(child: ChildProcess): Promise<ShimEnd> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** How the program ended, by what the shim left in its folder; it left nothing when it was ended itself. */
export function exitIn(stateFolder: string, end: ShimEnd): Omit<Exit, 'memoryExhausted'> {
  if (end === undefined) return { started: false, exitCode: START_FAILED };
  const { code, signal } = end;
  const left = readExit(stateFolder);
  if (left) return left;
  return { started: true, ...(code !== null && { exitCode: code }), ...(signal && { signal }) };
}
