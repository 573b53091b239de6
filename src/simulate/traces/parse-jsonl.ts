import { invalidTrace } from './invalid.ts';
import { rowsToTraces, type Row } from './rows-to-traces.ts';
import type { Trace } from './trace.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * A JSON object a line: one reading, `{"t": 0, "memoryMB": 12, "cpuPercent": 40}`, or one program in
 * columns, `{"id": "a", "t": [0, 1], "memoryMB": [12, 13], "cpuPercent": [40, 5]}`.
 */
export function parseJsonl(path: string, name: string, text: string): Trace[] {
  const lines = text.split('\n').map((line, index) => ({ text: line.trim(), line: index + 1 }));
  const objects = lines
    .filter((each) => each.text !== '')
    .map((each) => ({ line: each.line, values: parseObject(path, each) }));
  if (objects.length === 0)
    throw invalidTrace({ path, line: 1, expected: 'a JSON object a line', got: 'nothing' });
  const readings = objects.filter(({ values }) => !isInColumns(values));
  const programs = objects.filter(({ values }) => isInColumns(values));
  return [
    ...programs.flatMap((row) => rowsToTraces(path, `${name}:${row.line}`, expand(path, row))),
    ...(readings.length > 0 ? rowsToTraces(path, name, readings) : []),
  ];
}

function parseObject(path: string, { text, line }: { text: string; line: number }): Values {
  const expected = 'a JSON object';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Values;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidTrace({ path, line, expected, got: text });
}

function isInColumns(values: Values): boolean {
  return Object.values(values).some(Array.isArray);
}

/** The columns of one program as rows; all of them are as long as the longest. */
function expand(path: string, { line, values }: Row): Row[] {
  const columns = Object.entries(values).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
  const length = Math.max(...columns.map(([, column]) => column.length));
  for (const [name, column] of columns)
    if (column.length !== length)
      throw invalidTrace({
        path,
        line,
        expected: `${length} values of ${name}, as many as of the others`,
        got: String(column.length),
      });
  return Array.from({ length }, (_, index) => ({
    line,
    values: {
      ...(values['id'] !== undefined && { id: values['id'] }),
      ...Object.fromEntries(columns.map(([name, column]) => [name, column[index]])),
    },
  }));
}
