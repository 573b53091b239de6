/** What a run leaves behind while it runs; goes with its execution. */
export const readings = `
  CREATE TABLE points (
    execution TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    at_seconds REAL NOT NULL,
    cpu_cores REAL NOT NULL,
    memory_limit_bytes REAL NOT NULL,
    ingress_limit_bits_per_second REAL NOT NULL,
    egress_limit_bits_per_second REAL NOT NULL,
    cpu_cores_used REAL NOT NULL,
    cpu_cores_throttled REAL NOT NULL,
    memory_bytes REAL NOT NULL,
    memory_working_set_bytes REAL NOT NULL,
    memory_stalled INTEGER NOT NULL,
    ingress_bits_per_second REAL NOT NULL,
    egress_bits_per_second REAL NOT NULL,
    process_count INTEGER NOT NULL,
    activity TEXT NOT NULL,
    PRIMARY KEY (execution, sequence)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE decisions (
    execution TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    decision TEXT NOT NULL,
    PRIMARY KEY (execution, sequence)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE notes (
    execution TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (execution, sequence)
  ) STRICT, WITHOUT ROWID;
`;
