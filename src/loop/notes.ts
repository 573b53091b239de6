import { describe, type ErrorCode, type ErrorDetails } from '#model/errors.ts';
import type { Note, Submission } from '#model/execution.ts';
import { failsAtLimit, type Exit } from '#model/instance.ts';
import { formatBytes } from '#model/quantities.ts';
import { BUDGET_TEXTS } from '#arbitrate/budget.ts';
import { AT_LIMIT } from './account.ts';
import type { Endings } from './endings.ts';
import type { Managed } from './managed.ts';
import type { Ending } from './outcome.ts';

/** /tmp counts as full when less than this share of it is free. */
const FULL_SHARE = 0.98;

export function note(code: ErrorCode, details: ErrorDetails): Note {
  return { code, text: describe(code, details) };
}

/** What the user should know about how a run ended, with what to do about it. */
export function notesAfter(run: {
  readonly id: string;
  readonly submission: Submission;
  readonly exit: Exit;
  readonly endings: Endings;
  readonly managed: Managed;
  readonly ending: Ending | 'memory-exhausted' | undefined;
}): readonly Note[] {
  return [
    ...lossNotes(run),
    ...(run.exit.notes ?? []),
    ...endingNotes(run),
    ...burstNotes(run),
    ...limitNotes(run),
    ...faultNotes(run),
  ];
}

function lossNotes({ id, exit }: Parameters<typeof notesAfter>[0]): Note[] {
  return exit.lost === undefined ? [] : [note('instance-lost', { id, problem: exit.lost })];
}

function endingNotes({
  id,
  submission,
  exit: { memoryLimitBytes },
  endings,
  managed,
  ending,
}: Parameters<typeof notesAfter>[0]): Note[] {
  switch (ending) {
    case 'memory-exhausted': {
      const max = formatBytes(memoryMaximum(managed));
      if (memoryLimitBytes === undefined) return [note(ending, { id, max })];
      return [note('memory-limit-late', { limit: formatBytes(memoryLimitBytes), max })];
    }
    case 'budget-exhausted': {
      const budget = BUDGET_TEXTS.byteSeconds(managed.constraints.budget ?? {});
      return [note(ending, { id, budget })];
    }
    case 'timed-out': {
      const how = endings.killed()
        ? `; it did not end on SIGTERM within ${seconds(submission.graceMs)} and was killed`
        : '';
      return [note(ending, { timeout: seconds(submission.timeoutMs ?? 0), how })];
    }
    case 'output-exceeded':
      return [note(ending, { max: formatBytes(submission.maxOutputBytes) })];
    default:
      return [];
  }
}

/**
 * At a v1 limit page faults wait, but system calls fail: a program that ends at its maximum by its
 * own error message has run out of memory all the same.
 */
export function endedAtMaximum(managed: Managed): boolean {
  const atMaximum = managed.account.peakWorkingSetBytes >= memoryMaximum(managed) * AT_LIMIT;
  return failsAtLimit(managed.instance.enforcement) && atMaximum;
}

function memoryMaximum({ policy, instance, constraints }: Managed): number {
  return policy.name === 'static' ? instance.allocation().memoryBytes : constraints.max.memoryBytes;
}

function burstNotes({ exit, managed, ending }: Parameters<typeof notesAfter>[0]): Note[] {
  const count = managed.account.readingsAtLimit;
  const failed = ending === undefined && exit.exitCode !== 0;
  if (!failed || count === 0 || !failsAtLimit(managed.instance.enforcement)) return [];
  return [note('memory-burst', { count })];
}

function limitNotes({ submission, exit, managed }: Parameters<typeof notesAfter>[0]): Note[] {
  const notes: Note[] = [];
  const { tmp } = exit;
  if (tmp && tmp.usedBytes >= tmp.sizeBytes * FULL_SHARE) {
    notes.push(
      note('tmp-full', { used: formatBytes(tmp.usedBytes), size: formatBytes(tmp.sizeBytes) }),
    );
  }
  const count = managed.input.sample.forksRefusedTotal;
  if (count > 0) notes.push(note('process-limit', { count, max: submission.maxProcesses }));
  return notes;
}

/** Without its looks a run goes on, and is told of less. */
function faultNotes({ managed }: Parameters<typeof notesAfter>[0]): Note[] {
  const { fault } = managed.outside;
  return fault === undefined ? [] : [note('internal', { problem: fault })];
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toPrecision(4))} s`;
}
