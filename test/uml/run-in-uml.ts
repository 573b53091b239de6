import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempSync, statfsSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, env as ownEnv, stdout } from 'node:process';
import { ConsoleFilter } from './console-filter.ts';

export type UmlJob = {
  readonly command: readonly string[];
  /** Host folder that the job sees at GUEST_OUT; the only one it can write outside its own memory. */
  readonly outDir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly memoryMiB?: number;
};

export type UmlResult = {
  /** `lost`: the kernel ended without having reported an exit code. */
  readonly kind: 'ended' | 'deadline' | 'lost';
  readonly exitCode: number;
  /** Everything the kernel and the job printed; it stays when the job failed. */
  readonly consoleFile: string;
};

/** Where the job finds `outDir`. */
export const GUEST_OUT = '/run/limber-host';

const GUEST_GRACE_SECONDS = 20;
const projectDir = resolve(import.meta.dirname, '..', '..');

/**
 * Boots Debian's User Mode Linux with the host's root read-only, runs one command in the project
 * folder (there: /srv/limber) as root under cgroup v2, and prints what the command prints.
 */
export async function runInUml(job: UmlJob): Promise<UmlResult> {
  // Kernel arguments are split at spaces, so everything in them lives in a folder without any.
  const bootDir = mkdtempSync('/tmp/limber-uml-');
  const consoleFile = join(job.outDir, 'uml-console.log');
  const exitFile = join(job.outDir, 'exit-code');
  rmSync(exitFile, { force: true });
  try {
    const kind = await boot({ job, bootDir, consoleFile });
    if (kind === 'deadline') return { kind, exitCode: 124, consoleFile };
    if (!existsSync(exitFile)) return { kind: 'lost', exitCode: 125, consoleFile };
    const exitCode = Number(readFileSync(exitFile, 'utf8'));
    if (exitCode === 0) rmSync(consoleFile);
    return { kind, exitCode, consoleFile };
  } finally {
    rmSync(bootDir, { recursive: true, force: true });
  }
}

type Boot = { readonly job: UmlJob; readonly bootDir: string; readonly consoleFile: string };

function boot({ job, bootDir, consoleFile }: Boot): Promise<'ended' | 'deadline'> {
  const memoryMiB = job.memoryMiB ?? 2048;
  const init = join(bootDir, 'init');
  writeFileSync(init, initScript(job), { mode: 0o755 });
  const args = [
    'rootfstype=hostfs',
    'ro',
    `mem=${memoryMiB}M`,
    `init=${init}`,
    `uml_dir=${bootDir}/`,
  ];
  // Its own process group: the kernel runs every guest process as a child of its own.
  const kernel = spawn('linux.uml', [...args, 'quiet', 'con=null', 'con0=fd:0,fd:1'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ownEnv, TMPDIR: memoryFolder(memoryMiB) },
  });
  const endGroup = (): void => {
    if (kernel.pid !== undefined && kernel.exitCode === null) process.kill(-kernel.pid, 'SIGKILL');
  };
  const log = createWriteStream(consoleFile);
  kernel.stderr.pipe(log, { end: false });
  kernel.stdout.pipe(log, { end: false });
  kernel.stdout.pipe(new ConsoleFilter()).pipe(stdout, { end: false });
  const stopWatching = whenThisProcessEnds(endGroup, bootDir);

  return new Promise((settle, reject) => {
    let kind: 'ended' | 'deadline' = 'ended';
    const deadline = setTimeout(() => {
      kind = 'deadline';
      endGroup();
    }, job.deadlineMs);
    kernel.once('error', reject);
    kernel.once('close', () => {
      clearTimeout(deadline);
      stopWatching();
      log.end(() => settle(kind));
    });
  });
}

/** A kernel in a group of its own hears no Ctrl-C: whatever ends this process ends it, too. */
function whenThisProcessEnds(endGroup: () => void, bootDir: string): () => void {
  const onExit = (): void => {
    endGroup();
    rmSync(bootDir, { recursive: true, force: true });
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    process.exit(128 + constants.signals[signal]);
  };
  process.once('exit', onExit);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal);
  return () => {
    process.off('exit', onExit);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
  };
}

/** The first program the kernel starts: hands over to init.sh with its settings. */
function initScript({ command, outDir, env = {}, deadlineMs }: UmlJob): string {
  const settings = {
    ...env,
    LIMBER_PROJECT: projectDir,
    LIMBER_OUT: resolve(outDir),
    LIMBER_DEADLINE_SECONDS: String(Math.ceil(deadlineMs / 1000) + GUEST_GRACE_SECONDS),
  };
  const exports = Object.entries(settings).map(([name, value]) => `export ${name}=${quote(value)}`);
  const words = [join(projectDir, 'test', 'uml', 'init.sh'), ...command].map(quote);
  return ['#!/bin/sh', ...exports, `exec /bin/sh ${words.join(' ')}`, ''].join('\n');
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The guest's memory is a file: in memory where there is room for all of it, else on disk. */
function memoryFolder(memoryMiB: number): string {
  if (!existsSync('/dev/shm')) return tmpdir();
  const { bavail, bsize } = statfsSync('/dev/shm');
  return bavail * bsize > memoryMiB * 2 ** 20 ? '/dev/shm' : tmpdir();
}

if (import.meta.main) {
  const outDir = mkdtempSync(join(tmpdir(), 'limber-uml-out-'));
  const result = await runInUml({ command: argv.slice(2), outDir, deadlineMs: 600_000 });
  if (result.exitCode === 0) rmSync(outDir, { recursive: true });
  else
    stdout.write(`${result.kind}, exit code ${result.exitCode}; console: ${result.consoleFile}\n`);
  process.exitCode = result.exitCode;
}
