import type { DatabaseSync } from 'node:sqlite';
import { fromStoredJson } from '../stored-json.ts';
import type { Known } from './estimate.ts';
import type { Knowledge } from './knowledge.ts';

const NEIGHBOURS = 5;
/** Further away, code has nothing in common: e^(−1.5²) = 0.1. */
const FURTHEST = 1.5;
const SEARCHED = 1000;

/** What is known of the most similar code, nearest first. */
export function nearest(database: DatabaseSync, features: readonly number[]): readonly Known[] {
  const rows = database
    .prepare(
      `SELECT fingerprint, features FROM learned WHERE features IS NOT NULL
       ORDER BY at_ms DESC LIMIT ?`,
    )
    .all(SEARCHED);
  const read = database.prepare('SELECT knowledge FROM learned WHERE fingerprint = ?');
  return rows
    .map((row) => ({
      fingerprint: String(row['fingerprint']),
      distance: distance(features, JSON.parse(String(row['features'])) as number[]),
    }))
    .filter((row) => row.distance <= FURTHEST)
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, NEIGHBOURS)
    .map((row) => ({
      distance: row.distance,
      knowledge: fromStoredJson<Knowledge>(String(read.get(row.fingerprint)?.['knowledge'])),
    }));
}

/** Euclidean; features are scaled so that 1 is a notable difference. Infinite between unlike vectors. */
export function distance(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return Number.POSITIVE_INFINITY;
  return Math.hypot(...one.map((value, index) => value - other[index]!));
}
