import { CsvError, parse } from 'csv-parse/sync';
import { invalidTrace } from './invalid.ts';
import { rowsToTraces, type Row } from './rows-to-traces.ts';
import type { Trace } from './trace.ts';

type Parsed = {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
};

/** A header, then a reading a line; a column `id` tells several programs apart. */
export function parseCsv(path: string, name: string, text: string): Trace[] {
  const rows = parseRows(path, text);
  if (rows.length === 0)
    throw invalidTrace({ path, line: 1, expected: 'a header and readings', got: 'no reading' });
  return rowsToTraces(path, name, rows);
}

function parseRows(path: string, text: string): Row[] {
  try {
    const options = { columns: true, info: true, skip_empty_lines: true, trim: true, bom: true };
    const parsed = parse(text, options) as unknown as Parsed[];
    return parsed.map(({ record, info }) => ({ line: info.lines, values: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number((error as unknown as { lines?: number }).lines ?? 1);
    throw invalidTrace({ path, line, expected: 'CSV', got: error.message });
  }
}
