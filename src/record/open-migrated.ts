import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { migrate, mustBeReadable, type Migration } from './migrate.ts';
import { openDatabase } from './open-database.ts';

const BUSY_TIMEOUT_MS = 5_000;

/** A store at its newest version. Output and arguments are the user's own: nobody else may read it. */
export function openMigrated(path: string, steps: readonly Migration[]): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = openDatabase({
    path,
    busyTimeoutMs: BUSY_TIMEOUT_MS,
    synchronous: 'normal',
    check: (opened) => mustBeReadable(opened, path, steps),
  });
  try {
    chmodSync(path, 0o600);
    migrate(database, path, steps);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
