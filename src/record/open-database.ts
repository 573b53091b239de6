import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { isBusy } from './sqlite-errors.ts';

const WAL_DEADLINE_MS = 5_000;
const WAL_RETRY_MS = 5;
const MOST_PREPARED = 128;

/**
 * A connection that shares its file with other processes: write-ahead log, so that readers never
 * wait for the writer. `normal` syncs at checkpoints and survives a crash of the process at any
 * moment (a power cut may lose the last transactions, never the file); `off` is for files whose
 * content does not outlive the machine.
 */
export function openDatabase(options: {
  readonly path: string;
  readonly busyTimeoutMs: number;
  readonly synchronous: 'normal' | 'off';
  /** Asked before anything is written: whatever it throws leaves the file as it was. */
  readonly check?: (database: DatabaseSync) => void;
}): DatabaseSync {
  const database = new Connection(options.path, {
    timeout: options.busyTimeoutMs,
    enableForeignKeyConstraints: true,
  });
  try {
    options.check?.(database);
    useWriteAheadLog(database);
    database.exec(`PRAGMA synchronous = ${options.synchronous}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Keeps the statements that it was asked for: to compile one takes longer than most of them run. */
class Connection extends DatabaseSync {
  readonly #prepared = new Map<string, StatementSync>();

  override prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const [oldest] = this.#prepared.keys();
    if (this.#prepared.size >= MOST_PREPARED) this.#prepared.delete(oldest!);
    const statement = super.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

/**
 * Two processes that switch a new file to WAL at once deadlock, so SQLite answers BUSY without
 * asking the busy handler (https://www.sqlite.org/c3ref/busy_handler.html); a retry settles it.
 */
function useWriteAheadLog(database: DatabaseSync): void {
  const deadlineMs = performance.now() + WAL_DEADLINE_MS;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadlineMs) throw error;
      pauseMs(WAL_RETRY_MS);
    }
  }
}

function pauseMs(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
