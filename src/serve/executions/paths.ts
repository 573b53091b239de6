import { join } from 'node:path';
import { segmentPath } from '#record/output-segments.ts';

/** Where one execution's things are. */
export type ExecutionPaths = {
  readonly folder: string;
  /** What it sees as its work folder. */
  readonly work: string;
  readonly output: string;
  readonly stdout: string;
  readonly stderr: string;
  /** What was prepared for it: what a later server needs to adopt it. */
  readonly prepared: string;
  /** What it was asked with, in memory alone, until it runs: values of its environment are secrets. */
  readonly accepted: string;
};

export function executionsFolder(home: string): string {
  return join(home, 'executions');
}

export function archivesFolder(home: string): string {
  return join(home, 'archives');
}

export function acceptedFolder(runtime: string): string {
  return join(runtime, 'accepted');
}

export function pathsOf(
  { home, runtime }: { readonly home: string; readonly runtime: string },
  id: string,
): ExecutionPaths {
  const folder = join(executionsFolder(home), id);
  const output = join(folder, 'output');
  return {
    folder,
    work: join(folder, 'work'),
    output,
    stdout: segmentPath(output, 'stdout', 0),
    stderr: segmentPath(output, 'stderr', 0),
    prepared: join(folder, 'prepared.json'),
    accepted: join(acceptedFolder(runtime), `${id}.json`),
  };
}
