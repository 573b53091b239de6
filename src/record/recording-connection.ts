import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openDatabase } from './open-database.ts';
import { INSERT_DECISION, INSERT_NOTE, INSERT_POINT } from './readings.ts';

/** While the program runs, the loop must not wait for another process's transaction. */
export const LOOP_BUSY_TIMEOUT_MS = 5;
/**
 * A checkpoint waits for the disk, measured at up to 100 ms: 32 MiB of log instead of SQLite's 4
 * put it off until the run has ended, or for the better part of an hour.
 */
const CHECKPOINT_PAGES = 8_192;
/** Runs add to the ends of three tables each: SQLite's own 2 MiB would fill for nothing. */
const CACHE_KIBIBYTES = 512;

export type RecordTable = 'points' | 'decisions' | 'notes';

export type RecordingConnection = {
  readonly database: DatabaseSync;
  readonly inserts: Readonly<Record<RecordTable, StatementSync>>;
};

/**
 * One connection for all recorders of a process: each writes its rows in one go, so that none finds
 * another's transaction open. One of its own for each took 0.2 MB, and longer to open than a short
 * run takes. Lifecycle: (take, give)* → close, which waits for the last one that was taken.
 */
export class SharedRecordingConnection {
  readonly #path: string;
  #connection: RecordingConnection | undefined;
  #takers = 0;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  take(): RecordingConnection {
    this.#connection ??= open(this.#path);
    this.#takers += 1;
    return this.#connection;
  }

  give(): void {
    this.#takers -= 1;
    this.#closeWhenUnused();
  }

  close(): void {
    this.#isClosed = true;
    this.#closeWhenUnused();
  }

  #closeWhenUnused(): void {
    if (!this.#isClosed || this.#takers > 0) return;
    this.#connection?.database.close();
    this.#connection = undefined;
  }
}

function open(path: string): RecordingConnection {
  const database = openDatabase({
    path,
    busyTimeoutMs: LOOP_BUSY_TIMEOUT_MS,
    synchronous: 'normal',
  });
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.exec(`PRAGMA cache_size = -${CACHE_KIBIBYTES}`);
  return {
    database,
    inserts: {
      points: database.prepare(INSERT_POINT),
      decisions: database.prepare(INSERT_DECISION),
      notes: database.prepare(INSERT_NOTE),
    },
  };
}
