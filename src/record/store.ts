import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { HistoryEstimate } from '#model/history.ts';
import type { Decision } from '#model/decision.ts';
import type { Note } from '#model/execution.ts';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';
import {
  begin,
  finish,
  get,
  has,
  launched,
  list,
  markLost,
  takeOver,
  type Beginning,
} from './executions.ts';
import type { ControllerProcess } from './controller-process.ts';
import type { ExecutionRecord, LaunchRecord } from './execution-record.ts';
import {
  forgetStale,
  historyOf,
  learn,
  type CodeIdentity,
  type Lesson,
} from './history/history.ts';
import { forget, learned, type Learned, type Selection } from './history/learned.ts';
import { checkWhole } from './check-whole.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openMigrated } from './open-migrated.ts';
import { decisions, latest, notes, timeline } from './readings.ts';
import { SharedRecordingConnection } from './recording-connection.ts';
import { Recorder } from './recorder.ts';
import { expired, orphanedFolders, remove, type Retention } from './retention.ts';
import { storeUnavailable } from './sqlite-errors.ts';

const nowMs = () => performance.now();
/** Runs that end within it may be kept beyond what was asked for, until the next one ends after it. */
const PRUNE_EVERY_MS = 30_000;

type RecorderOptions = { readonly nowMs?: () => number; readonly flushEveryMs?: number };

/** Past and present runs on disk. Several processes may have the same store open. */
export type Store = {
  readonly begin: (run: Beginning) => void;
  readonly launched: (id: string, launch: LaunchRecord) => void;
  /** A batched writer on its own connection; close it before `finish`. */
  readonly recorder: (id: string, options?: RecorderOptions) => Recorder;
  /** Whether it was begun. */
  readonly has: (id: string) => boolean;
  /** Another controller goes on with it. */
  readonly takeOver: (id: string, controller: ControllerProcess) => void;
  readonly finish: (id: string, summary: RunSummary) => void;
  readonly markLost: (id: string, text: string) => void;
  readonly list: (options: {
    readonly limit: number;
    readonly running?: boolean;
  }) => readonly ExecutionRecord[];
  readonly get: (idOrUniquePrefix: string) => ExecutionRecord;
  readonly timeline: (id: string) => readonly TimelinePoint[];
  /** The newest of the timeline. */
  readonly latest: (id: string) => TimelinePoint | undefined;
  readonly decisions: (id: string) => readonly Decision[];
  readonly notes: (id: string) => readonly Note[];
  /** Where the run's output log belongs; made by whoever writes it. */
  readonly logFolder: (id: string) => string;
  readonly remove: (id: string) => void;
  /** Returns the ids of the runs that it forgot. Runs that have not ended are kept. */
  readonly prune: (retention: Retention) => readonly string[];
  /** The same after a run: at most once in a while, as it looks at every run that is kept. */
  readonly pruneAfterRun: (retention: Retention) => void;
  readonly learn: (lesson: Lesson) => void;
  readonly historyOf: (code: CodeIdentity) => HistoryEstimate | undefined;
  readonly learned: (query: {
    readonly selection: Selection;
    readonly nowMs: number;
  }) => readonly Learned[];
  /** Returns how many codes it forgot. */
  readonly forget: (selection: Selection) => number;
  /** Throws `store-damaged`. */
  readonly check: () => void;
  readonly close: () => void;
};

/** Opens or makes the store in `folder`; throws `store-unavailable` with what to do. */
export function openStore(folder: string): Store {
  const path = join(folder, 'store.sqlite');
  const runsFolder = join(folder, 'runs');
  const database = translating(path, () => {
    mkdirSync(runsFolder, { recursive: true, mode: 0o700 });
    return openMigrated(path, MIGRATIONS);
  });
  const connection = new SharedRecordingConnection(path);
  let pruneDueMs = Number.NEGATIVE_INFINITY;
  const logFolder = (id: string) => join(runsFolder, id);
  const onDatabase =
    <Args extends readonly unknown[], Result>(
      run: (database: DatabaseSync, ...args: Args) => Result,
    ) =>
    (...args: Args): Result =>
      translating(path, () => run(database, ...args));

  return {
    begin: onDatabase(begin),
    launched: onDatabase(launched),
    recorder: (execution, options) =>
      translating(path, () => new Recorder({ path, connection, execution, nowMs, ...options })),
    has: onDatabase(has),
    takeOver: onDatabase(takeOver),
    finish: onDatabase(finish),
    markLost: onDatabase(markLost),
    list: onDatabase(list),
    get: onDatabase(get),
    timeline: onDatabase(timeline),
    latest: onDatabase(latest),
    decisions: onDatabase(decisions),
    notes: onDatabase(notes),
    logFolder,
    remove: (id) => translating(path, () => remove(database, logFolder(id), id)),
    prune: (retention) => translating(path, () => prune(database, runsFolder, retention)),
    pruneAfterRun(retention) {
      if (nowMs() < pruneDueMs) return;
      pruneDueMs = nowMs() + PRUNE_EVERY_MS;
      translating(path, () => prune(database, runsFolder, retention));
    },
    learn: onDatabase(learn),
    historyOf: onDatabase(historyOf),
    learned: onDatabase(learned),
    forget: onDatabase(forget),
    check: () => checkWhole(database, path),
    close() {
      connection.close();
      database.close();
    },
  };
}

function prune(
  database: DatabaseSync,
  runsFolder: string,
  retention: Retention,
): readonly string[] {
  const ids = expired(database, retention);
  for (const id of ids) remove(database, join(runsFolder, id), id);
  forgetStale(database, retention.nowMs);
  for (const path of orphanedFolders(database, runsFolder, retention.nowMs))
    rmSync(path, { recursive: true, force: true });
  return ids;
}

function translating<Result>(path: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw storeUnavailable(path, error);
  }
}
