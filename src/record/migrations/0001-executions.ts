/** One row per run. JSON columns hold what is read back whole and never searched. */
export const executions = `
  CREATE TABLE executions (
    id TEXT PRIMARY KEY,
    started_at_ms INTEGER NOT NULL,
    title TEXT NOT NULL,
    submission TEXT NOT NULL,
    controller_pid INTEGER NOT NULL,
    controller_start_ticks INTEGER NOT NULL,
    launched TEXT,
    outcome TEXT,
    summary TEXT,
    lost_text TEXT
  ) STRICT;
  CREATE INDEX executions_by_start ON executions (started_at_ms);
`;
