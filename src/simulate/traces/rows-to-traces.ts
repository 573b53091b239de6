import type { Picked, Quantity } from './columns.ts';
import { namesOf, pickColumns } from './columns.ts';
import { invalidTrace } from './invalid.ts';
import type { Trace, TraceReading } from './trace.ts';

/** One reading as it stands in a file. */
export type Row = {
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
};

type Writable = { -readonly [Key in keyof TraceReading]: TraceReading[Key] };

/**
 * Rows in the order of time; those with the same `id` are one program, and those without one are
 * `name`. Throws `trace-invalid` with the line.
 */
export function rowsToTraces(path: string, name: string, rows: readonly Row[]): Trace[] {
  const readings = new Map<string, TraceReading[]>();
  for (const row of rows) {
    const given = row.values['id'];
    const id = typeof given === 'string' || typeof given === 'number' ? String(given) : name;
    const before = readings.get(id) ?? [];
    readings.set(id, before);
    before.push(toReading(path, row, before.at(-1)));
  }
  return [...readings].map(([id, of]) => toTrace(path, id, of, rows.at(-1)?.line ?? 1));
}

function toReading(path: string, row: Row, before: TraceReading | undefined): TraceReading {
  const picked = pickColumns(Object.keys(row.values));
  if ('missing' in picked)
    throw invalidTrace({
      path,
      line: row.line,
      expected: namesOf(picked.missing),
      got: Object.keys(row.values).join(', ') || 'none',
    });
  const reading: Partial<Writable> = {};
  for (const [quantity, column] of picked.columns)
    reading[quantity] = toNumber(path, row, quantity, column);
  const complete = reading as TraceReading;
  if (before && complete.atSeconds <= before.atSeconds)
    throw invalidTrace({
      path,
      line: row.line,
      expected: `a time after ${before.atSeconds} s`,
      got: `${complete.atSeconds} s`,
      hint: 'Sort the readings of each id by time.',
    });
  return complete;
}

function toNumber(path: string, { line, values }: Row, quantity: Quantity, column: Picked): number {
  const value = values[column.name];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const least = quantity === 'atSeconds' ? Number.NEGATIVE_INFINITY : 0;
  if (typeof number === 'number' && Number.isFinite(number) && number >= least)
    return number * column.scale;
  throw invalidTrace({
    path,
    line,
    expected: `${column.name} to be a number${least === 0 ? ' of at least 0' : ''}`,
    got: value === undefined || value === '' ? 'nothing' : JSON.stringify(value),
  });
}

/** Time begins at the first reading. */
function toTrace(path: string, id: string, readings: readonly TraceReading[], line: number): Trace {
  const [first, second] = readings;
  if (first === undefined || second === undefined)
    throw invalidTrace({
      path,
      line,
      expected: `at least two readings of ${id}`,
      got: String(readings.length),
      hint: 'Between two readings there is something to simulate.',
    });
  return {
    id,
    readings: readings.map((reading) => ({
      ...reading,
      atSeconds: reading.atSeconds - first.atSeconds,
    })),
  };
}
