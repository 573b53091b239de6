/** What was learned of code; outlives the executions it was learned from. */
export const history = `
  CREATE TABLE observations (
    execution TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    normalized_fingerprint TEXT NOT NULL,
    observation TEXT NOT NULL
  ) STRICT;
  CREATE INDEX observations_by_code ON observations (fingerprint, at_ms);
  CREATE INDEX observations_by_shape ON observations (normalized_fingerprint, at_ms);
`;
