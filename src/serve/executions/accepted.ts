import {
  closeSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { PreparedRun } from '#loop/run-execution.ts';
import { fromStoredJson, toStoredJson } from '#record/stored-json.ts';
import { withoutSecrets } from '#record/execution-record.ts';
import { openBelow } from '../files/work-folder.ts';
import type { ExecutionPaths } from './paths.ts';
import type { ExecutionRequest } from './request.ts';

/** Makes an execution's folders with what it was given; its output is where `limber logs` looks. */
export function makeFolders(
  paths: ExecutionPaths,
  logFolder: string,
  request: ExecutionRequest,
): void {
  mkdirSync(paths.work, { recursive: true, mode: 0o700 });
  mkdirSync(paths.output, { mode: 0o700 });
  rmSync(logFolder, { recursive: true, force: true });
  symlinkSync(paths.output, logFolder);
  for (const { path, content } of request.files) {
    const { descriptor } = openBelow(paths.work, path, 'write');
    writeFileSync(descriptor, content);
    closeSync(descriptor);
  }
  if (Buffer.isBuffer(request.stdin)) writeFileSync(stdinPath(paths), request.stdin);
}

export function stdinPath({ folder }: ExecutionPaths): string {
  return `${folder}/stdin`;
}

/** Until it runs. Files and input are in the execution's folder already. */
export function keepAccepted(paths: ExecutionPaths, request: ExecutionRequest): void {
  mkdirSync(dirname(paths.accepted), { recursive: true, mode: 0o700 });
  const { files: _files, archive: _archive, stdin, ...rest } = request;
  const text = toStoredJson({
    ...rest,
    hasStdin: Buffer.isBuffer(stdin),
    isOpen: stdin === 'open',
  });
  writeWhole(paths.accepted, text);
}

export function readAccepted(paths: ExecutionPaths): ExecutionRequest | undefined {
  const text = readIfThere(paths.accepted);
  if (text === undefined) return undefined;
  type Kept = Omit<ExecutionRequest, 'files' | 'archive' | 'stdin'> & {
    hasStdin: boolean;
    isOpen: boolean;
  };
  const { hasStdin, isOpen, ...rest } = fromStoredJson<Kept>(text);
  const stdin = isOpen ? ('open' as const) : hasStdin ? readFileSync(stdinPath(paths)) : undefined;
  return { ...rest, files: [], ...(stdin !== undefined && { stdin }) };
}

export function forgetAccepted({ accepted }: ExecutionPaths): void {
  rmSync(accepted, { force: true });
  // A server that was killed while it wrote it.
  rmSync(`${accepted}.new`, { force: true });
}

/** What the loop goes by, without policy and launch: both are made anew. */
export type KeptRun = Omit<PreparedRun, 'policy' | 'settings' | 'spec'> & {
  readonly launchedAtMs: number;
  /** Absent in what 0.1.0 wrote. */
  readonly launchedMonotonicMs?: number;
};

export function keepPrepared(paths: ExecutionPaths, run: PreparedRun): void {
  const { policy: _policy, settings: _settings, spec: _spec, ...rest } = run;
  const submission = withoutSecrets(run.submission);
  const kept: KeptRun = {
    ...rest,
    submission,
    launchedAtMs: Date.now(),
    launchedMonotonicMs: monotonicMs(),
  };
  writeWhole(paths.prepared, toStoredJson(kept));
}

/** CLOCK_MONOTONIC, whose beginning is the machine's and not this process's. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

export function readPrepared(paths: ExecutionPaths): KeptRun | undefined {
  const text = readIfThere(paths.prepared);
  return text === undefined ? undefined : fromStoredJson<KeptRun>(text);
}

/** A reader never sees half of it. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
