import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');
const START = `import(${JSON.stringify(MAIN)}).then((m) => m.main(process.argv.slice(1))).then((code) => { process.exitCode = code; });`;

const SLOW_RESIZES = resolve(import.meta.dirname, '../slow-resizes/register.ts');

/** Programs of many kinds, in Python, Node, C and shell. */
export const VARIED = resolve(import.meta.dirname, '../programs/varied');
/** Programs that compute for some seconds, in Python and Node. */
export const COMPUTING = resolve(import.meta.dirname, '../programs/computing');

export type LimberRun = {
  readonly script: string;
  /** Folder that holds its store, its configuration and a copy of the program. */
  readonly home: string;
  readonly options: readonly string[];
  readonly config: object;
  /** Of the program. */
  readonly args?: readonly string[];
  /** Limber has been started as this process. */
  readonly onStarted?: ((pid: number) => void) | undefined;
  /** Until a resize is in force, in milliseconds; absent: as long as it takes. */
  readonly actuationMs?: number | undefined;
};

/** One program through `limber run`, in a process and a home of its own; throws when there is no summary. */
export async function limberRun(run: LimberRun): Promise<RunSummary> {
  const { script, home, options, config, args: given = [], onStarted, actuationMs } = run;
  const summaryPath = join(home, 'summary.json');
  writeFileSync(join(home, 'config.json'), JSON.stringify(config));
  cpSync(script, join(home, basename(script)));
  rmSync(summaryPath, { force: true });
  const args = ['run', '--quiet', '--summary', summaryPath, ...options, basename(script)];
  const { errors, exitCode } = await limber([...args, '--', ...given], home, {
    onStarted,
    actuationMs,
  });
  if (!existsSync(summaryPath))
    throw new Error(`limber ${args.join(' ')}: ended with ${exitCode}: ${errors}`);
  return JSON.parse(readFileSync(summaryPath, 'utf8')) as RunSummary;
}

/** The highest that the latest run in `home` used over a tenth of a second, in cores. */
export async function peakCoresOf(home: string): Promise<number> {
  const { output } = await limber(['show', 'last', '--json'], home);
  const { timeline } = JSON.parse(output) as { readonly timeline: readonly TimelinePoint[] };
  return Math.max(0, ...timeline.map(({ cpuCoresUsed }) => cpuCoresUsed));
}

async function limber(
  args: readonly string[],
  home: string,
  { onStarted, actuationMs }: Pick<LimberRun, 'onStarted' | 'actuationMs'> = {},
) {
  const slow = actuationMs === undefined ? [] : ['--import', SLOW_RESIZES];
  const child = spawn(
    process.execPath,
    ['--conditions=limber-source', ...slow, '-e', START, '--', ...args],
    {
      cwd: home,
      env: {
        ...process.env,
        LIMBER_HOME: join(home, 'state'),
        LIMBER_CONFIG: join(home, 'config.json'),
        LIMBER_BENCH_ACTUATION_MS: String(actuationMs),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  onStarted?.(child.pid!);
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { output, errors, exitCode };
}

export type RunFigures = {
  readonly seconds: number;
  readonly throttledSeconds: number;
  readonly stalledSeconds: number;
  /** Reserved to used. */
  readonly cpu: number;
  readonly memory: number;
  readonly resizes: number;
  readonly rolledBack: number;
  readonly succeeded: boolean;
};

export function figuresOf({ wallSeconds, cpu, memory, resizes, outcome }: RunSummary): RunFigures {
  return {
    seconds: wallSeconds,
    throttledSeconds: cpu.throttledSeconds,
    stalledSeconds: memory.stalledSeconds,
    cpu: cpu.reservedCoreSeconds / cpu.usedCoreSeconds,
    memory: memory.reservedByteSeconds / memory.usedByteSeconds,
    resizes: resizes.cpu + resizes.memory + resizes.network,
    rolledBack: resizes.rolledBack,
    succeeded: outcome === 'succeeded',
  };
}
