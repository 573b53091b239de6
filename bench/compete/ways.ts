import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cpuWeightOf } from '#arbitrate/cpu-weight.ts';
import { admit } from '#commands/admit.ts';
import { closeEngine, openEngine, type Engine } from '#commands/engine.ts';
import { prepareRun } from '#commands/prepare-run.ts';
import { runExecution } from '#loop/run-execution.ts';
import { createCgroup } from '#runtimes/process/cgroup/open.ts';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import { CONTROLLER_FOLDER } from '#runtimes/process/this-controller.ts';

const PROGRAM = resolve(import.meta.dirname, '../programs/compete.py');
const MAIN = resolve(import.meta.dirname, '../../src/main.ts');
const START = `import(${JSON.stringify(MAIN)}).then((m) => m.main(process.argv.slice(1))).then((code) => { process.exitCode = code; });`;
/** The same for all ways: another one on the PATH may be a quarter slower. */
const PYTHON = '/usr/bin/python3';
/** Everything has started by then, and what it started with is in force. */
const PREPARING_MS = 3500;
/** The same where eight controllers start on the cores that they race for. */
const PREPARING_EIGHT_MS = 12_000;
const MIN_CORES = 0.05;

export type Race = { readonly priorities: readonly number[]; readonly seconds: number };
/** How far one came, and the CPU time that it had for that. */
export type Result = { readonly count: number; readonly cpuSeconds: number };
/** In the order of the priorities. */
export type Outcome = readonly Result[];

/** In cgroups without quotas; all of ordinary weight, or weighed by priority. */
export async function unlimited(race: Race, weighed: boolean): Promise<Outcome> {
  const hierarchy = findHierarchy();
  const startAt = startOf();
  const made = race.priorities.map((priority, index) =>
    createCgroup(hierarchy, {
      path: `${CONTROLLER_FOLDER}/compete-${index}`,
      limits: { cpuCores: Infinity, memoryBytes: Infinity },
      maxMemoryBytes: Infinity,
      maxProcesses: 64,
      cpuWeight: weighed ? cpuWeightOf({ priority, weight: 1 }) : 100,
    }),
  );
  try {
    return await Promise.all(
      made.map((cgroup) => {
        const enter = (cgroup?.procsFiles ?? []).map((file) => `echo 0 > '${file}'`).join('; ');
        const argv = [PYTHON, PROGRAM, String(startAt), String(race.seconds)];
        return execute('sh', ['-c', `${enter}; exec "$@"`, 'sh', ...argv]);
      }),
    );
  } finally {
    for (const cgroup of made) await cgroup?.remove();
  }
}

/** One `limber run` for each: eight controllers that share the ledger. */
export async function eachItsController(race: Race): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'limber-bench-'));
  const startAt = startOf(PREPARING_EIGHT_MS);
  const run = ([priority, index]: readonly [number, number]) =>
    execute(
      process.execPath,
      [
        ...['--conditions=limber-source', '-e', START, '--', 'run', '--quiet'],
        ...['--priority', String(priority), '--min-cpu', String(MIN_CORES), '--cpu', '0.2'],
        ...['--', PYTHON, PROGRAM, String(startAt), String(race.seconds)],
      ],
      { LIMBER_HOME: join(folder, String(index)) },
    );
  try {
    return await Promise.all(race.priorities.map((priority, index) => run([priority, index])));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One controller for all: the same stages in one process, as a server runs them. */
export async function oneController(race: Race): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'limber-bench-'));
  const engine = openEngine({ ...process.env, LIMBER_HOME: folder });
  const startAt = startOf();
  try {
    return await Promise.all(
      race.priorities.map((priority) => runInside(engine, priority, startAt, race.seconds)),
    );
  } finally {
    closeEngine(engine);
    rmSync(folder, { recursive: true });
  }
}

async function runInside(
  engine: Engine,
  priority: number,
  startAt: number,
  seconds: number,
): Promise<Result> {
  const request = {
    program: {
      kind: 'command' as const,
      argv: [PYTHON, PROGRAM, String(startAt), String(seconds)],
    },
    currentFolder: resolve(PROGRAM, '..'),
    bounds: { min: { cpuCores: MIN_CORES }, initial: { cpuCores: 0.2 } },
    priority,
  };
  const prepared = await admit(engine, await prepareRun(engine, request, { env: process.env }));
  const stdout = new PassThrough();
  const output = text(stdout);
  try {
    await runExecution(
      { ...prepared, spec: { ...prepared.spec, stdin: 'ignore' } },
      {
        runtime: engine.runtime,
        controller: engine.controller,
        observer: () => {},
        sinks: { stdout, stderr: process.stderr },
        log: () => {},
        onRunning: () => {},
      },
    );
  } finally {
    stdout.end();
    engine.ledger.release(prepared.id);
  }
  return resultIn(await output);
}

function startOf(preparingMs = PREPARING_MS): number {
  return (Date.now() + preparingMs) / 1000;
}

async function execute(command: string, args: readonly string[], env = {}): Promise<Result> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return resultIn(output);
}

function resultIn(output: string): Result {
  const [count = NaN, cpuSeconds = NaN] = output.split(' ').map(Number);
  if (!(count > 0)) throw new Error(`compete.py printed "${output}"`);
  return { count, cpuSeconds };
}
