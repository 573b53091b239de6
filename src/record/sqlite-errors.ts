import { LimberError } from '#model/errors.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

const PROBLEMS: Readonly<Record<number, string>> = {
  [BUSY]: 'another process has held its lock for too long; try again',
  [LOCKED]: 'another process has held its lock for too long; try again',
  [READONLY]: 'it is read-only',
  [IOERR]: 'reading or writing it failed, or the disk is full',
  [CORRUPT]: 'the file is damaged; move it away and Limber starts a new one',
  [FULL]: 'the disk is full; free some space',
  [CANTOPEN]: 'it cannot be opened or created; check the path and its permissions',
  [NOTADB]: 'the file is not a SQLite database; move it away and Limber starts a new one',
};

/** Translates what SQLite or the file system throws, once, at the edge. */
export function storeUnavailable(path: string, error: unknown): LimberError {
  if (error instanceof LimberError) return error;
  return new LimberError(
    'store-unavailable',
    { path, problem: problemOf(error) },
    { cause: error },
  );
}

/** The same for the ledger of the node. */
export function ledgerUnavailable(path: string, error: unknown): LimberError {
  if (error instanceof LimberError) return error;
  return new LimberError(
    'ledger-unavailable',
    { path, problem: problemOf(error) },
    { cause: error },
  );
}

export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === BUSY || code === LOCKED;
}

/** The file cannot become usable again by waiting. */
export function isDamaged(error: unknown): boolean {
  const code = primaryCode(error);
  return code === CORRUPT || code === NOTADB;
}

function problemOf(error: unknown): string {
  const code = primaryCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  return code === undefined ? detail : `${PROBLEMS[code] ?? detail} (${detail})`;
}

/** The low byte of SQLite's extended result code; undefined for errors that are not SQLite's. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
