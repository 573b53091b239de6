import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { LimberError } from '#model/errors.ts';
import { storeUnavailable } from './sqlite-errors.ts';

/** Reading all of a larger one would keep what runs waiting for its next server. */
const MOST_BYTES = 128 * 2 ** 20;

/**
 * Damage is told before anything is built on it: SQLite itself tells it when it comes upon the page.
 * Throws `store-damaged`, with how to save what can be saved.
 */
export function checkWhole(database: DatabaseSync, path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) return;
  const found = lookForDamage(database, path);
  if (found !== 'ok') throw damaged(path, found);
}

function lookForDamage(database: DatabaseSync, path: string): string {
  try {
    return String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
  } catch (error) {
    throw damaged(path, (error as Error).message, storeUnavailable(path, error));
  }
}

function damaged(path: string, found: string, cause?: unknown): LimberError {
  const problem = found.replaceAll(/\s+/g, ' ').replace(/^\*+ in database \w+ \*+ /, '');
  return new LimberError('store-damaged', { path, problem }, { cause });
}
