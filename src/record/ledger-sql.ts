import { AMOUNTS, amountColumns, sums } from './ledger-rows.ts';

const columns = AMOUNTS.flatMap(amountColumns);

export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS reservations (
    instance TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    priority INTEGER NOT NULL,
    weight REAL NOT NULL,
    frozen INTEGER NOT NULL,
    controller_pid INTEGER NOT NULL,
    controller_start_ticks INTEGER NOT NULL,
    ${columns.map((column) => `${column} INTEGER NOT NULL`).join(', ')},
    reclaimed INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID`;

const parameters = Array.from({ length: 7 + columns.length }, () => '?').join(', ');

export const SQL = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  /** What is held in all, and what everybody would have if there were enough. */
  totals: `SELECT ${sums('held', (column) => `held_${column}`)},
      ${sums('wanted', (column) => `max(held_${column}, demand_${column})`)},
      ${sums('guaranteed', (column) => `guaranteed_${column}`)}
    FROM reservations`,
  tenant: `SELECT count(*) AS runs, ${sums('held', (column) => `held_${column}`)},
      ${sums('guaranteed', (column) => `guaranteed_${column}`)}
    FROM reservations WHERE tenant = ? AND reclaimed = 0`,
  tenants: `SELECT tenant, ${sums('wanted', (column) => `max(held_${column}, demand_${column})`)}
    FROM reservations WHERE reclaimed = 0 GROUP BY tenant`,
  one: 'SELECT * FROM reservations WHERE instance = ?',
  all: 'SELECT * FROM reservations ORDER BY instance',
  put: `INSERT OR REPLACE INTO reservations VALUES (${parameters}, 0)`,
  reclaim: `UPDATE reservations SET reclaimed = 1, ${columns.map((column) => `${column} = 0`).join(', ')}
    WHERE controller_pid = ? AND controller_start_ticks = ?`,
  delete: 'DELETE FROM reservations WHERE instance = ?',
} as const;
