import type { DatabaseSync } from 'node:sqlite';
import { LimberError } from '#model/errors.ts';

/** "LMBR": tells Limber's stores from other SQLite files (PRAGMA application_id). */
const APPLICATION_ID = 0x4c4d4252;

/** SQL, or what SQL cannot say. */
export type Migration = string | ((database: DatabaseSync) => void);

/**
 * Brings a store to the newest version in one transaction, so that several processes may open it
 * at once and a crash leaves the old version. A newer or a foreign file is refused, not touched.
 */
export function migrate(database: DatabaseSync, path: string, steps: readonly Migration[]): void {
  if (versionOf(database, path, steps.length) === steps.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database, path, steps.length);
    for (const step of steps.slice(version)) take(database, step);
    database.exec(
      `PRAGMA user_version = ${steps.length}; PRAGMA application_id = ${APPLICATION_ID}`,
    );
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Throws where `migrate` would refuse the file, and writes nothing. */
export function mustBeReadable(
  database: DatabaseSync,
  path: string,
  steps: readonly Migration[],
): void {
  versionOf(database, path, steps.length);
}

function take(database: DatabaseSync, step: Migration): void {
  if (typeof step === 'string') database.exec(step);
  else step(database);
}

function versionOf(database: DatabaseSync, path: string, newestVersion: number): number {
  // First: another process may make the store in between, and its tables come with its name.
  const tables = Number(
    database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'],
  );
  const isLimbers = readPragma(database, 'application_id') === APPLICATION_ID;
  const version = readPragma(database, 'user_version');
  if (!isLimbers && tables > 0)
    throw unusable(path, 'the file is a database of another program; move it away');
  if (version > newestVersion)
    throw unusable(
      path,
      `expected schema version ${newestVersion} or older, got ${version}: a newer Limber wrote it; update Limber, or move the file away`,
    );
  return version;
}

function readPragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function unusable(path: string, problem: string): LimberError {
  return new LimberError('store-unavailable', { path, problem });
}
