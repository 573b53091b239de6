import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { LimberError } from '#model/errors.ts';

const RETRY_MS = 4;
const DEADLINE_MS = 20_000;

/** Keeps the lock from the garbage collector, which closes a database that nothing refers to. */
const held = new Set<DatabaseSync>();

let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs `work` while no other Limber process of this host changes what all instances share.
 * The kernel drops the lock with its holder, however that ends: Node has no flock(2), but SQLite
 * takes a POSIX record lock on the file, which stays empty. One file per network namespace, as
 * that is the extent of what is shared. Calls within this process queue up before they compete.
 */
export function withHostLock<T>(work: () => Promise<T>): Promise<T> {
  const result = turn.then(() => runLocked(work));
  turn = result.catch(() => undefined);
  return result;
}

async function runLocked<T>(work: () => Promise<T>): Promise<T> {
  const path = `/run/limber-network-${statSync('/proc/self/ns/net').ino}.lock`;
  const database = new DatabaseSync(path);
  try {
    held.add(database);
    await acquire(database, path);
    return await work();
  } finally {
    held.delete(database);
    database.close();
  }
}

async function acquire(database: DatabaseSync, path: string): Promise<void> {
  const deadlineMs = performance.now() + DEADLINE_MS;
  while (!tryExclusive(database)) {
    if (performance.now() > deadlineMs) throw lockHeld(path);
    await delay(RETRY_MS);
  }
}

function tryExclusive(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (/locked/.test((error as Error).message)) return false;
    throw error;
  }
}

function lockHeld(path: string): LimberError {
  return new LimberError('network-unavailable', {
    problem: `another process has held ${path} for ${DEADLINE_MS / 1000} s`,
    hint: `See who: fuser -v ${path}`,
  });
}
