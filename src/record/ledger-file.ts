import { chmodSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LedgerBell } from './ledger-bell.ts';
import { SCHEMA, SQL } from './ledger-sql.ts';
import { openDatabase } from './open-database.ts';
import { isBusy, isDamaged } from './sqlite-errors.ts';

/** A transaction takes about 50 µs: whoever waits longer waits for a process that was stopped. */
const LOCK_DEADLINE_MS = 250;
const OPEN_DEADLINE_MS = 5_000;
const LOCK_RETRY_MS = 0.1;

export type LedgerStatements = Readonly<Record<keyof typeof SQL, StatementSync>>;

/**
 * The ledger's SQLite file, replaced when it is lost or damaged. It lives alone in its folder, so
 * that a damaged file and its write-ahead log can be set aside in one rename.
 * Lifecycle: open → transaction, read … → close.
 */
export class LedgerFile {
  readonly #folder: string;
  readonly #path: string;
  /** Called inside the first transaction on a file that replaces another. */
  readonly #restore: (statements: LedgerStatements) => void;
  #database!: DatabaseSync;
  #statements!: LedgerStatements;
  #bell!: LedgerBell;
  #inode = 0;

  constructor(folder: string, restore: (statements: LedgerStatements) => void) {
    this.#folder = folder;
    this.#path = join(folder, 'ledger.sqlite');
    this.#restore = restore;
    this.#recovering(() => this.#open());
  }

  /** Runs `work` with the write lock held. Throws SQLite's BUSY after `patienceMs` without the lock. */
  transaction<Result>(
    work: (statements: LedgerStatements) => Result,
    patienceMs = LOCK_DEADLINE_MS,
  ): Result {
    return this.#recovering(() => {
      this.#reopenWhenReplaced();
      return this.#locked(work, patienceMs);
    });
  }

  /** Runs `work` on one consistent state, without any lock. */
  read<Result>(work: (statements: LedgerStatements) => Result): Result {
    return this.#recovering(() => {
      this.#reopenWhenReplaced();
      return waitingForOthers(LOCK_DEADLINE_MS, () => work(this.#statements));
    });
  }

  get bell(): LedgerBell {
    return this.#bell;
  }

  close(): void {
    this.#bell.close();
    this.#database.close();
  }

  #locked<Result>(
    work: (statements: LedgerStatements) => Result,
    patienceMs = LOCK_DEADLINE_MS,
  ): Result {
    waitingForOthers(patienceMs, () => this.#statements.begin.run());
    try {
      const result = work(this.#statements);
      this.#statements.commit.run();
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #open(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#inode = inodeOf(this.#path);
    this.#database = openDatabase({ path: this.#path, busyTimeoutMs: 0, synchronous: 'off' });
    this.#inode = inodeOf(this.#path);
    chmodSync(this.#path, 0o600);
    waitingForOthers(OPEN_DEADLINE_MS, () => this.#database.exec(SCHEMA));
    this.#statements = prepareAll(this.#database);
    this.#bell = new LedgerBell(join(this.#folder, 'bell'));
  }

  #reopenWhenReplaced(): void {
    if (inodeOf(this.#path) === this.#inode) return;
    this.close();
    this.#open();
    this.#locked(this.#restore);
  }

  /** Reservations are rebuilt by their owners, so a damaged file is worth nothing. */
  #recovering<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!isDamaged(error)) throw error;
      this.#setAside();
      return work();
    }
  }

  /** Only the file that was found damaged: another process may have replaced it already. */
  #setAside(): void {
    const inode = inodeOf(this.#path);
    if (inode === 0 || inode !== this.#inode) return;
    const aside = join(dirname(this.#folder), `.damaged-ledger-${process.pid}-${inode}`);
    renameSync(this.#folder, aside);
    rmSync(aside, { recursive: true, force: true });
  }
}

/** SQLite's own busy handler sleeps for 1 ms and more; a transaction here is far shorter. */
function waitingForOthers<Result>(patienceMs: number, work: () => Result): Result {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadlineMs) throw error;
      Atomics.wait(PAUSE, 0, 0, LOCK_RETRY_MS);
    }
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}

function prepareAll(database: DatabaseSync): LedgerStatements {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)] as const);
  return Object.fromEntries(entries) as LedgerStatements;
}
