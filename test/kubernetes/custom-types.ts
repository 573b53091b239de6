import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Environment } from '@marcbachmann/cel-js';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { parseCpuCores } from '#model/quantities.ts';
import { LimberError } from '#model/errors.ts';

const CRDS = fileURLToPath(new URL('../../deploy/helm/limber/crds/', import.meta.url));

type Schema = {
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  readonly 'x-kubernetes-validations'?: readonly {
    readonly rule: string;
    readonly message: string;
  }[];
};

type Definition = {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
};

class Quantity {
  readonly amount: number;
  constructor(amount: number) {
    this.amount = amount;
  }
}

/** Kubernetes' own functions of CEL, as far as our rules use them. */
const cel = new Environment()
  .registerVariable('self', 'dyn')
  .registerType('Quantity', Quantity)
  .registerFunction('isQuantity(string): bool', (text: string) => amountOf(text) !== undefined)
  .registerFunction(
    'quantity(string): Quantity',
    (text: string) => new Quantity(amountOf(text) ?? Number.NaN),
  )
  .registerFunction('Quantity.compareTo(Quantity): int', (one: Quantity, other: Quantity) =>
    BigInt(Math.sign(one.amount - other.amount)),
  );

const schemas = new Map(
  readdirSync(CRDS).map((name) => {
    const { spec } = parse(readFileSync(`${CRDS}${name}`, 'utf8')) as Definition;
    return [spec.names.kind, spec.versions[0]!.schema.openAPIV3Schema];
  }),
);
const ajv = new Ajv({
  strict: false,
  useDefaults: true,
  formats: { int64: true, 'date-time': true },
});
const checks = new Map([...schemas].map(([kind, schema]) => [kind, ajv.compile(closed(schema))]));

export function isCustom(kind: string): boolean {
  return schemas.has(kind);
}

/**
 * What of a custom object is not as its definition says, rules in CEL included; defaults are filled
 * in, as an API server does.
 */
export function customMismatches(kind: string, object: unknown): readonly string[] {
  const check = checks.get(kind)!;
  if (!check(object))
    return (check.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
  return brokenRules(schemas.get(kind)!, object, '');
}

function brokenRules(schema: Schema, value: unknown, path: string): readonly string[] {
  if (value === undefined) return [];
  const own = (schema['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => cel.evaluate(rule, { self: value }) !== true)
    .map(({ message }) => `${path}: ${message}`);
  const entries = (value as Readonly<Record<string, unknown>>) ?? {};
  const inside = Object.entries(schema.properties ?? {}).flatMap(([key, of]) =>
    brokenRules(of, entries[key], `${path}.${key}`),
  );
  const items = schema.items && Array.isArray(value) ? value : [];
  return [
    ...own,
    ...inside,
    ...items.flatMap((item, index) => brokenRules(schema.items!, item, `${path}[${index}]`)),
  ];
}

/** A field that the schema does not know is refused, as `fieldValidation=Strict` does. */
function closed(schema: Schema): Schema {
  const { properties, items } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, of]) => [key, closed(of)]),
      ),
      additionalProperties: false,
    }),
    ...(items && { items: closed(items) }),
  };
}

function amountOf(text: string): number | undefined {
  try {
    // Cores are not rounded; the suffixes are the same.
    return parseCpuCores(text);
  } catch (error) {
    if (error instanceof LimberError) return undefined;
    throw error;
  }
}
