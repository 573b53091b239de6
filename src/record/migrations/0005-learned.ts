import type { DatabaseSync } from 'node:sqlite';
import type { PlaceHistory, PlaceVisits } from '#model/phase.ts';
import { fold, type Knowledge } from '../history/knowledge.ts';
import type { Observation } from '../history/observation.ts';
import { fromStoredJson, toStoredJson } from '../stored-json.ts';

/** What is known of each code in sketches instead of its last twenty runs one by one. */
export function learned(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE learned (
      fingerprint TEXT PRIMARY KEY,
      normalized_fingerprint TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      language TEXT NOT NULL,
      title TEXT NOT NULL,
      features TEXT,
      knowledge TEXT NOT NULL
    ) STRICT;
    CREATE INDEX learned_by_shape ON learned (normalized_fingerprint, at_ms);
    CREATE INDEX learned_by_age ON learned (at_ms);
  `);
  const rows = database
    .prepare('SELECT * FROM observations ORDER BY fingerprint, at_ms, execution')
    .all() as unknown as readonly Row[];
  const insert = database.prepare("INSERT INTO learned VALUES (?, ?, ?, 'unknown', '', NULL, ?)");
  for (const of of Map.groupBy(rows, ({ fingerprint }) => fingerprint).values()) {
    const knowledge = of.reduce<Knowledge | undefined>(
      (known, row) => fold(known, { ...lessonOf(row), atMs: row.at_ms }),
      undefined,
    );
    const { fingerprint, normalized_fingerprint, at_ms } = of.at(-1)!;
    insert.run(fingerprint, normalized_fingerprint, at_ms, toStoredJson(knowledge));
  }
  database.exec('DROP TABLE observations');
}

type Row = {
  readonly at_ms: number;
  readonly fingerprint: string;
  readonly normalized_fingerprint: string;
  readonly observation: string;
};

type OldObservation = Observation & { readonly places?: readonly PlaceHistory[] };

function lessonOf(row: Row): {
  readonly observation: Observation;
  readonly visits: readonly PlaceVisits[];
} {
  const observation = fromStoredJson<OldObservation>(row.observation);
  return { observation, visits: (observation.places ?? []).map(visitsOf) };
}

/** Of old visits the durations are known one by one, and of the rest the peak. */
function visitsOf({ key, durationsMs, next, ...peaks }: PlaceHistory): PlaceVisits {
  return { key, next, visits: durationsMs.map((durationMs) => ({ ...peaks, durationMs })) };
}
