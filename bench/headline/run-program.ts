import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { RunSummary } from '#model/summary.ts';
import type { PolicyName } from '#model/constraints.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');
const START = `import(${JSON.stringify(MAIN)}).then((m) => m.main(process.argv.slice(1))).then((code) => { process.exitCode = code; });`;
const PYTHON = '/usr/bin/python3';

/** A program of bench/programs with its arguments, and options of `limber run` for it. */
export type Program = {
  readonly script: string;
  readonly args: readonly string[];
  readonly options: readonly string[];
  /** Seconds that the program itself prints count instead of its whole life. */
  readonly timesItself?: boolean;
};

/** `plain` is python3 without Limber. */
export type Way = PolicyName | 'plain';
/** A run that did not succeed has no time: how soon a program failed is no figure of speed. */
export type ProgramRun = {
  readonly seconds: number | undefined;
  readonly summary: RunSummary | undefined;
};

export function runProgram(program: Program, way: Way): Promise<ProgramRun> {
  return way === 'plain' ? runPlain(program) : runLimber(program, way);
}

/** In a home of its own: what one run teaches must not help the next. */
async function runLimber(program: Program, policy: PolicyName): Promise<ProgramRun> {
  const folder = mkdtempSync(join(tmpdir(), 'limber-bench-'));
  const summaryPath = join(folder, 'summary.json');
  const options = ['--quiet', '--policy', policy, '--summary', summaryPath, ...program.options];
  const argv = ['run', ...options, scriptPath(program), '--', ...program.args];
  try {
    const { output, errors, exitCode } = await execute(
      process.execPath,
      ['--conditions=limber-source', '-e', START, '--', ...argv],
      { ...process.env, LIMBER_HOME: folder },
    );
    const written = readFileSync(summaryPath, 'utf8');
    if (written === '') throw new Error(`${program.script} ended with ${exitCode}: ${errors}`);
    const summary = JSON.parse(written) as RunSummary;
    if (summary.outcome !== 'succeeded') return { seconds: undefined, summary };
    return { seconds: program.timesItself ? Number(output) : summary.wallSeconds, summary };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runPlain(program: Program): Promise<ProgramRun> {
  const startedMs = performance.now();
  const { output, errors, exitCode } = await execute(
    PYTHON,
    [scriptPath(program), ...program.args],
    process.env,
  );
  const wallSeconds = (performance.now() - startedMs) / 1000;
  if (exitCode !== 0) throw new Error(`${program.script} ended with ${exitCode}: ${errors}`);
  return { seconds: program.timesItself ? Number(output) : wallSeconds, summary: undefined };
}

function scriptPath({ script }: Program): string {
  return resolve(import.meta.dirname, '../programs', script);
}

async function execute(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(command, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { output, errors, exitCode };
}
