import { resolve } from 'node:path';
import { LimberError } from '#model/errors.ts';
import { given } from '#model/given.ts';
import type { Language, NetworkRule, ProbeMode, RunnableKind } from '#model/execution.ts';
import type { Budget } from '#model/constraints.ts';
import type { RunRequest } from '#model/request.ts';
import { pickEnvironment } from './environment.ts';
import { checkFirstSize } from './first-size.ts';
import { placementFrom, type PodValues } from './pod-options.ts';
import { boundsFrom, type SizeValues } from './size-options.ts';

/** `text` = live line and report, `json` = the summary as one line on stderr, `none` = neither. */
export type ReportKind = 'text' | 'json' | 'none';

/** What `limber run` was asked to do: the request, and how its user wants to see it. */
export type RunOptions = RunRequest & {
  readonly runtime: RunnableKind;
  /** Absolute path of the file that feeds the program; absent = Limber's own stdin. */
  readonly stdinPath?: string;
  readonly summaryPath?: string;
  readonly report: ReportKind;
  readonly dryRun: boolean;
};

/** The values as commander collected them; each was parsed by its own option already. */
export type RawRunOptions = SizeValues &
  PodValues & {
    readonly language?: Language;
    readonly policy?: string;
    readonly optimize?: RunRequest['optimize'];
    readonly probe?: ProbeMode;
    readonly priority?: number;
    readonly weight?: number;
    readonly tenant?: string;
    readonly budgetCpu?: number;
    readonly budgetMemory?: number;
    readonly budgetNetwork?: number;
    readonly mode?: 'auto' | 'observe';
    readonly observe?: boolean;
    readonly timeout?: number;
    readonly grace?: number;
    readonly network?: NetworkRule['kind'];
    readonly hostPort?: readonly number[];
    readonly write?: boolean;
    readonly mount?: readonly string[];
    readonly env?: readonly string[];
    readonly rootfs?: string;
    readonly workdir?: string;
    readonly tmpSize?: number;
    readonly maxProcesses?: number;
    readonly maxOutput?: number;
    readonly stdin?: string;
    readonly summary?: string;
    readonly json?: boolean;
    readonly quiet?: boolean;
    readonly dryRun?: boolean;
  };

export type RunArguments = {
  /** Positionals before `--`: a script and its arguments. */
  readonly operands: readonly string[];
  /** Everything after `--`, untouched; undefined when there was no `--`. */
  readonly passed: readonly string[] | undefined;
};

export type Caller = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly currentFolder: string;
};

export function toRunOptions(
  { operands, passed }: RunArguments,
  raw: RawRunOptions,
  caller: Caller,
): RunOptions {
  const absolute = (path: string | undefined) =>
    path === undefined ? undefined : resolve(caller.currentFolder, path);
  return {
    program: programOf(operands, passed),
    ...requestFrom(raw, caller),
    runtime: raw.runtime ?? 'process',
    report: reportKind(raw),
    dryRun: raw.dryRun ?? false,
    ...(raw.retryLost && { retryLost: true }),
    ...given({ stdinPath: absolute(raw.stdin), summaryPath: absolute(raw.summary) }),
  };
}

function requestFrom(raw: RawRunOptions, caller: Caller): Omit<RunRequest, 'program'> {
  const bounds = boundsFrom(raw);
  checkFirstSize(bounds);
  return {
    bounds,
    currentFolder: caller.currentFolder,
    writableCurrentFolder: raw.write ?? false,
    mode: raw.observe ? 'observe' : (raw.mode ?? 'auto'),
    network: { kind: raw.network ?? 'none', hostPorts: raw.hostPort ?? [] },
    mounts: raw.mount ?? [],
    budget: budgetFrom(raw),
    env: pickEnvironment(raw.env ?? [], caller.env),
    ...given({
      language: raw.language,
      policy: raw.policy,
      optimize: raw.optimize,
      probe: raw.probe,
      priority: raw.priority,
      weight: raw.weight,
      tenant: raw.tenant,
      timeoutMs: raw.timeout,
      graceMs: raw.grace,
      tmpBytes: raw.tmpSize,
      maxProcesses: raw.maxProcesses,
      maxOutputBytes: raw.maxOutput,
      workdir: raw.workdir,
      rootfs: raw.rootfs,
      placement: placementFrom(raw),
    }),
  };
}

function budgetFrom({ budgetCpu, budgetMemory, budgetNetwork }: RawRunOptions): Budget {
  return given({
    coreSeconds: budgetCpu,
    byteSeconds: budgetMemory,
    networkBytes: budgetNetwork,
  });
}

function reportKind({ json, quiet }: RawRunOptions): ReportKind {
  if (json) return 'json';
  return quiet ? 'none' : 'text';
}

function programOf(
  operands: readonly string[],
  passed: readonly string[] | undefined,
): RunRequest['program'] {
  const [path, ...args] = operands;
  if (path === '-') throw new LimberError('usage-invalid', SCRIPT_FROM_STDIN);
  if (path !== undefined) return { kind: 'script', path, args: [...args, ...(passed ?? [])] };
  if (passed?.[0]) return { kind: 'command', argv: passed };
  throw new LimberError('usage-invalid', NOTHING_TO_RUN);
}

const NOTHING_TO_RUN = {
  problem: 'Nothing to run',
  hint: 'Name a script (limber run job.py) or a command after -- (limber run -- make -j8).',
};

const SCRIPT_FROM_STDIN = {
  problem: 'A script cannot be read from standard input, which belongs to the program',
  hint: 'Save the script in a file, or name an interpreter: limber run -- python3 - < script.py.',
};
