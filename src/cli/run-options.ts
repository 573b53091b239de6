import { resolve } from 'node:path';
import type { PolicyName } from '#model/constraints.ts';
import type { Language, Mount, NetworkRule } from '#model/execution.ts';
import { LimberError } from '#model/errors.ts';
import { checkBounds, type Bounds } from './bounds.ts';
import { pickEnvironment } from './environment.ts';
import { boundsFrom, type SizeValues } from './size-options.ts';

export type Program =
  | { readonly kind: 'script'; readonly path: string; readonly args: readonly string[] }
  | { readonly kind: 'command'; readonly argv: readonly string[] };

/** `text` = live line and report, `json` = the summary as one line on stderr, `none` = neither. */
export type ReportKind = 'text' | 'json' | 'none';

/** What `limber run` was asked to do. Absent = the configuration or the node decides. */
export type RunOptions = {
  readonly program: Program;
  readonly language?: Language;
  readonly bounds: Bounds;
  readonly policy?: PolicyName;
  readonly priority?: number;
  readonly mode: 'auto' | 'observe';
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly network: NetworkRule;
  readonly writableCurrentFolder: boolean;
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  readonly rootfs?: string;
  /** Working folder inside the sandbox, absolute. */
  readonly workdir?: string;
  readonly tmpBytes?: number;
  readonly maxProcesses?: number;
  readonly maxOutputBytes?: number;
  readonly runtime: 'process';
  /** Absolute path of the file that feeds the program; absent = Limber's own stdin. */
  readonly stdinPath?: string;
  readonly summaryPath?: string;
  readonly report: ReportKind;
  readonly dryRun: boolean;
};

/** The values as commander collected them; each was parsed by its own option already. */
export type RawRunOptions = SizeValues & {
  readonly language?: Language;
  readonly policy?: PolicyName;
  readonly priority?: number;
  readonly mode?: 'auto' | 'observe';
  readonly observe?: boolean;
  readonly timeout?: number;
  readonly grace?: number;
  readonly network?: NetworkRule['kind'];
  readonly hostPort?: readonly number[];
  readonly write?: boolean;
  readonly mount?: readonly Mount[];
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

export function toRunOptions(
  { operands, passed }: RunArguments,
  raw: RawRunOptions,
  callerEnv: Readonly<Record<string, string | undefined>>,
): RunOptions {
  const bounds = boundsFrom(raw);
  checkBounds(bounds);
  return {
    program: programOf(operands, passed),
    bounds,
    mode: raw.observe ? 'observe' : (raw.mode ?? 'auto'),
    network: { kind: raw.network ?? 'none', hostPorts: [...new Set(raw.hostPort)] },
    writableCurrentFolder: raw.write ?? false,
    mounts: raw.mount ?? [],
    env: pickEnvironment(raw.env ?? [], callerEnv),
    runtime: 'process',
    report: raw.json ? 'json' : raw.quiet ? 'none' : 'text',
    dryRun: raw.dryRun ?? false,
    ...given({
      language: raw.language,
      policy: raw.policy,
      priority: raw.priority,
      timeoutMs: raw.timeout,
      graceMs: raw.grace,
      tmpBytes: raw.tmpSize,
      maxProcesses: raw.maxProcesses,
      maxOutputBytes: raw.maxOutput,
      workdir: raw.workdir,
      rootfs: absolute(raw.rootfs),
      stdinPath: absolute(raw.stdin),
      summaryPath: absolute(raw.summary),
    }),
  };
}

function programOf(operands: readonly string[], passed: readonly string[] | undefined): Program {
  const [path, ...args] = operands;
  if (path === '-') throw new LimberError('usage-invalid', SCRIPT_FROM_STDIN);
  if (path !== undefined)
    return { kind: 'script', path: resolve(path), args: [...args, ...(passed ?? [])] };
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

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what was not given, so that absent stays absent. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}
