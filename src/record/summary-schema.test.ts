import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { aDecision, aSummary } from '../../test/fixtures/record/run.ts';
import { SCHEMA_IS_THE_TYPE, summaryJsonSchema, summarySchema } from './summary-schema.ts';

const COMMITTED = join(import.meta.dirname, '../../schemas/limber.run.v1.json');

/** `vitest run src/record/summary-schema.test.ts --update` writes the file anew. */
test('the published schema is the one that the code uses', async () => {
  const text = await format(JSON.stringify(summaryJsonSchema()), {
    parser: 'json',
    printWidth: 100,
  });
  await expect(text).toMatchFileSnapshot(COMMITTED);
});

test('every field of the published schema is described', () => {
  const undescribed = undescribedFields(JSON.parse(readFileSync(COMMITTED, 'utf8')), '');
  expect(undescribed).toEqual([]);
});

test('the schema is the type that the stages use', () => {
  expect(SCHEMA_IS_THE_TYPE, 'what it proves, it proves by compiling').toBe(true);
});

test('a summary passes as it is', () => {
  const { atSeconds, from, to, reasons } = aDecision;
  const summary = aSummary({
    memory: { ...aSummary().memory, peakWorkingSetBytes: 3e7 },
    notes: [{ code: 'tmp-full', text: '/tmp is full.' }],
    decisions: [{ atSeconds, from, to, state: 'applied', reasons }],
  });
  expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
});

test.each([
  ['outcome', 'exploded'],
  ['wallSeconds', -1],
  ['wallSeconds', Number.POSITIVE_INFINITY],
  ['exitCode', 0.5],
  ['schema', 'limber.run/v2'],
  ['cgroupVersion', 3],
])('%s cannot be %s', (key, value) => {
  const result = summarySchema.safeParse({ ...aSummary(), [key]: value });
  expect(result.error?.issues.map(({ path }) => path)).toEqual([[key]]);
});

type Node = {
  description?: string;
  properties?: Record<string, Node>;
  items?: Node;
  anyOf?: Node[];
};

function undescribedFields(node: Node, path: string): string[] {
  const own = node.description === undefined ? [path] : [];
  const fields = Object.entries(node.properties ?? {});
  const below = fields.flatMap(([name, field]) => undescribedFields(field, `${path}.${name}`));
  return [...own, ...below, ...(node.items ? undescribedFields(node.items, `${path}[]`) : [])];
}
