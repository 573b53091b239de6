import fc from 'fast-check';

/** The part of JSON Schema that the document of the API is written in. */
export type Schema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
};

const MOST_ENTRIES = 4;
const LONGEST_TEXT = 40;
const LONGEST_MATCH = 80;
/** Where mistakes live: signs, other alphabets, what paths, headers, SQL and prototypes read in a text. */
const ODD_TEXTS = [
  '',
  '\0',
  '\u{1F9EA}',
  '\ud800',
  'ﷺ\u202e',
  '../../etc/passwd',
  '..%2f..%2f',
  '__proto__',
  'constructor',
  "' OR 1=1 --",
  'x'.repeat(100_000),
  '\r\nx: y',
  'NaN',
  '-0',
  '1e309',
];
export const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: LONGEST_TEXT }),
    fc.string({ unit: 'binary', maxLength: LONGEST_TEXT }),
    fc.constantFrom(...ODD_TEXTS),
  );

/** Values that the schema allows. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valuesOf));
  switch (schema.type) {
    case 'object':
      return objectsOf(schema);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: MOST_ENTRIES,
      });
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.oneof(fc.maxSafeInteger(), fc.integer()).map((n) => Math.trunc(within(schema, n)));
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => within(schema, n));
    case 'boolean':
      return fc.boolean();
    default:
      return fc.jsonValue();
  }
}

function objectsOf(schema: Schema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
  const named = fc.record(
    Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, valuesOf(value)])),
    { requiredKeys: [...required] },
  );
  if (typeof additionalProperties !== 'object') return named;
  const names = propertyNames ? textsOf(propertyNames) : text();
  return fc.dictionary(names, valuesOf(additionalProperties), { maxKeys: MOST_ENTRIES });
}

function textsOf({ pattern, minLength = 0, maxLength }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined)
    return fc.stringMatching(new RegExp(pattern), { maxLength: LONGEST_MATCH });
  const most = maxLength ?? Number.POSITIVE_INFINITY;
  return text().filter(({ length }) => length >= minLength && length <= most);
}

/** Small numbers where mistakes cluster, and the whole of what is allowed. */
function within({ minimum, exclusiveMinimum, maximum }: Schema, wanted: number): number {
  const low = minimum ?? (exclusiveMinimum === undefined ? -1e15 : exclusiveMinimum + 1);
  const high = maximum ?? 1e15;
  if (wanted >= low && wanted <= high) return wanted;
  return low + (Math.abs(wanted) % (high - low + 1));
}
