import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Decision } from '#model/decision.ts';
import type { Note } from '#model/execution.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { pointValues } from './readings.ts';
import {
  LOOP_BUSY_TIMEOUT_MS,
  type RecordingConnection,
  type RecordTable,
  type SharedRecordingConnection,
} from './recording-connection.ts';
import { isBusy, storeUnavailable } from './sqlite-errors.ts';
import { toStoredJson } from './stored-json.ts';

const FLUSH_EVERY_MS = 1_000;
const FLUSH_ROWS = 200;
/** What is kept while the disk refuses: about 30 minutes of points, some 10 MB. */
const KEPT_ROWS = 20_000;
const CLOSE_BUSY_TIMEOUT_MS = 5_000;

/** Writing failed. Returned once, when it first happens; rows are kept and tried again. */
export type RecordProblem = {
  readonly text: string;
  readonly failedWrites: number;
  readonly lostRows: number;
};

type Row = { readonly table: RecordTable; readonly values: SQLInputValue[] };

/**
 * Writes a run's readings in batches and never throws into the loop.
 * Lifecycle: open → point, decision, note … → close.
 */
export class Recorder {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #connection: RecordingConnection;
  readonly #shared: SharedRecordingConnection;
  readonly #sequences: Record<RecordTable, number>;
  readonly #execution: string;
  readonly #nowMs: () => number;
  readonly #flushEveryMs: number;
  #rows: Row[] = [];
  #lastFlushMs: number;
  #failing = false;
  #failedWrites = 0;
  #lostRows = 0;
  #reported = false;

  constructor(options: {
    readonly path: string;
    readonly connection: SharedRecordingConnection;
    readonly execution: string;
    readonly nowMs: () => number;
    readonly flushEveryMs?: number | undefined;
  }) {
    this.#flushEveryMs = options.flushEveryMs ?? FLUSH_EVERY_MS;
    this.#path = options.path;
    this.#execution = options.execution;
    this.#nowMs = options.nowMs;
    this.#lastFlushMs = options.nowMs();
    this.#shared = options.connection;
    this.#connection = this.#shared.take();
    this.#database = this.#connection.database;
    this.#sequences = {
      points: this.#nextSequence('points'),
      decisions: this.#nextSequence('decisions'),
      notes: this.#nextSequence('notes'),
    };
  }

  point(point: TimelinePoint): RecordProblem | undefined {
    return this.#add('points', pointValues(point));
  }

  decision(decision: Decision): RecordProblem | undefined {
    return this.#add('decisions', [toStoredJson(decision)]);
  }

  note(note: Note): RecordProblem | undefined {
    return this.#add('notes', [note.code, note.text]);
  }

  flush(): RecordProblem | undefined {
    this.#lastFlushMs = this.#nowMs();
    if (this.#rows.length === 0) return undefined;
    try {
      this.#write(this.#rows);
      this.#rows = [];
      this.#failing = false;
      return undefined;
    } catch (error) {
      this.#failing = true;
      this.#failedWrites += 1;
      // Another writer's transaction is no problem while there is time to try again.
      return isBusy(error) ? undefined : this.#report(error);
    }
  }

  /** Writes what is left, waiting for other writers; a problem here means that rows are lost. */
  close(): RecordProblem | undefined {
    this.#database.exec(`PRAGMA busy_timeout = ${CLOSE_BUSY_TIMEOUT_MS}`);
    const problem = this.flush();
    const unwritten = this.#rows.length;
    this.#database.exec(`PRAGMA busy_timeout = ${LOOP_BUSY_TIMEOUT_MS}`);
    this.#shared.give();
    if (unwritten === 0) return problem;
    this.#lostRows += unwritten;
    return {
      text: problem?.text ?? `${unwritten} readings of the run could not be written`,
      failedWrites: this.#failedWrites,
      lostRows: this.#lostRows,
    };
  }

  #add(table: RecordTable, values: SQLInputValue[]): RecordProblem | undefined {
    this.#rows.push({ table, values: [this.#execution, this.#sequences[table]++, ...values] });
    const isDue = this.#nowMs() - this.#lastFlushMs >= this.#flushEveryMs;
    const isFull = this.#rows.length >= FLUSH_ROWS && !this.#failing;
    const problem = isDue || isFull ? this.flush() : undefined;
    if (this.#rows.length > KEPT_ROWS) this.#dropOldestPoint();
    return problem;
  }

  /** Decisions and notes explain the run; of the points there are plenty. */
  #dropOldestPoint(): void {
    const oldest = Math.max(
      0,
      this.#rows.findIndex(({ table }) => table === 'points'),
    );
    this.#rows.splice(oldest, 1);
    this.#lostRows += 1;
  }

  #write(rows: readonly Row[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { table, values } of rows) this.#connection.inserts[table].run(...values);
      this.#database.exec('COMMIT');
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #report(error: unknown): RecordProblem | undefined {
    if (this.#reported) return undefined;
    this.#reported = true;
    return {
      text: storeUnavailable(this.#path, error).message,
      failedWrites: this.#failedWrites,
      lostRows: this.#lostRows,
    };
  }

  /** A controller that adopts a run goes on where the last one stopped. */
  #nextSequence(table: RecordTable): number {
    const row = this.#database
      .prepare(`SELECT coalesce(max(sequence) + 1, 0) AS next FROM ${table} WHERE execution = ?`)
      .get(this.#execution);
    return Number(row?.['next']);
  }
}
