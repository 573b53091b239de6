import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate, mustBeReadable } from './migrate.ts';
import { historyOf } from './history/history.ts';
import { QUANTITIES } from './history/knowledge.ts';
import { MIGRATIONS } from './migrations/index.ts';

const PATH = 'store.sqlite';

function schemaOf(database: DatabaseSync): unknown {
  return database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
}

function migratedTo(version: number): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  migrate(database, PATH, MIGRATIONS.slice(0, version));
  return database;
}

test.each(MIGRATIONS.map((_, version) => version))(
  'a store of version %i becomes the newest',
  (version) => {
    const database = migratedTo(version);
    migrate(database, PATH, MIGRATIONS);
    expect(schemaOf(database)).toEqual(schemaOf(migratedTo(MIGRATIONS.length)));
    expect(database.prepare('PRAGMA user_version').get()).toEqual({
      user_version: MIGRATIONS.length,
    });
  },
);

test('a step that fails leaves the store as it was', () => {
  const database = migratedTo(1);
  const before = schemaOf(database);
  const steps = [MIGRATIONS[0]!, 'CREATE TABLE extra (x) STRICT', 'nonsense'];
  expect(() => migrate(database, PATH, steps)).toThrow();
  expect(schemaOf(database)).toEqual(before);
  expect(database.isTransaction).toBe(false);
});

test.each([1, 2, 3])(
  'a store that another process makes after look %i is no foreign one',
  (looks) => {
    const database = new DatabaseSync(':memory:');
    let looked = 0;
    const watched = {
      prepare: (sql: string) => ({
        get() {
          const row = database.prepare(sql).get();
          if (++looked === looks) migrate(database, PATH, MIGRATIONS);
          return row;
        },
      }),
    } as unknown as DatabaseSync;
    expect(() => mustBeReadable(watched, PATH, MIGRATIONS)).not.toThrow();
    expect(looked).toBe(3);
  },
);

test('a newer store is refused and not touched', () => {
  const database = migratedTo(MIGRATIONS.length);
  database.exec('PRAGMA user_version = 99');
  expect(() => migrate(database, PATH, MIGRATIONS)).toThrow(
    expect.objectContaining({
      code: 'store-unavailable',
      message: expect.stringMatching(/got 99/),
    }),
  );
});

test("another program's database is refused and not touched", () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE theirs (x)');
  expect(() => migrate(database, PATH, MIGRATIONS)).toThrow(
    expect.objectContaining({
      code: 'store-unavailable',
      message: expect.stringMatching(/another program/),
    }),
  );
  expect(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()).toEqual({
    tables: 1,
  });
});

test('what was learned run by run is kept as sketches', () => {
  const database = migratedTo(4);
  const measured = (value: number) => ({ value, atLeast: false });
  const observation = JSON.stringify({
    ...Object.fromEntries(QUANTITIES.map((quantity) => [quantity, measured(100)])),
    course: [],
    places: [
      { key: 'a.py:f:1', durationsMs: [10, 20], cpuCores: 1, grownBytes: 5, next: { b: 2 } },
    ],
  });
  const insert = database.prepare("INSERT INTO observations VALUES (?, ?, 'exact', 'shape', ?)");
  for (const run of [1, 2, 3]) insert.run(`run${run}`, run, observation);
  migrate(database, PATH, MIGRATIONS);
  const code = { fingerprint: 'exact', normalizedFingerprint: 'shape', nowMs: 3 };
  const known = historyOf(database, code);
  expect(known?.runs).toBe(3);
  expect(known?.peakMemoryBytes.p50).toBeCloseTo(100, -1);
  expect(known?.places[0]).toMatchObject({
    key: 'a.py:f:1',
    next: { b: expect.closeTo(2 + 1.8 + 1.62) },
  });
});
