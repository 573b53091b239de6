import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openDatabase } from './open-database.ts';
import { INSERT_DECISION, INSERT_NOTE, INSERT_POINT } from './readings.ts';

/** While the program runs, the loop must not wait for another process's transaction. */
const LOOP_BUSY_TIMEOUT_MS = 5;
/**
 * A checkpoint waits for the disk, measured at up to 100 ms: 32 MiB of log instead of SQLite's 4
 * put it off until the run has ended, or for the better part of an hour.
 */
const CHECKPOINT_PAGES = 8_192;
/** One run adds to the ends of three tables: SQLite's own 2 MiB a connection would fill for nothing. */
const CACHE_KIBIBYTES = 128;
/** Opening one takes longer than a short run. */
const MOST_SPARE = 16;

export type RecordTable = 'points' | 'decisions' | 'notes';

export type RecordingConnection = {
  readonly database: DatabaseSync;
  readonly inserts: Readonly<Record<RecordTable, StatementSync>>;
};

/** Connections for recorders, one each at a time. Lifecycle: (take, give)* → close. */
export class RecordingConnections {
  readonly #path: string;
  readonly #spare: RecordingConnection[] = [];
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  take(): RecordingConnection {
    const connection = this.#spare.pop() ?? open(this.#path);
    connection.database.exec(`PRAGMA busy_timeout = ${LOOP_BUSY_TIMEOUT_MS}`);
    return connection;
  }

  give(connection: RecordingConnection): void {
    if (this.#closed || this.#spare.length >= MOST_SPARE) connection.database.close();
    else this.#spare.push(connection);
  }

  close(): void {
    this.#closed = true;
    for (const { database } of this.#spare.splice(0)) database.close();
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
