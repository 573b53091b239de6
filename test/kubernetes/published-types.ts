import * as published from '@kubernetes/client-node';

type Attribute = { readonly baseName: string; readonly type: string };
type Model = { readonly getAttributeTypeMap: () => readonly Attribute[] };

/** A path of the same package for another version of Kubernetes. */
const OTHER = process.env['LIMBER_TEST_KUBERNETES_TYPES'];
const MODELS = (OTHER === undefined ? published : await import(OTHER)) as unknown as Readonly<
  Record<string, unknown>
>;
const LIST = /^Array<(.+)>$/;
const MAP = /^\{ \[key: string\]: (.+); \}$/;

/**
 * Every place of `value` where it is not what Kubernetes' published OpenAPI says of `type`: a field
 * that does not exist, or a value of another type. The types are those that the official client is
 * generated from (Kubernetes 1.36). What is required is left to admission.
 */
export function mismatches(value: unknown, type: string, path = ''): readonly string[] {
  const list = LIST.exec(type)?.[1];
  if (list !== undefined)
    return Array.isArray(value)
      ? value.flatMap((item, index) => mismatches(item, list, `${path}[${index}]`))
      : [`${path}: expected a list`];
  const map = MAP.exec(type)?.[1];
  if (map !== undefined)
    return isObject(value)
      ? Object.entries(value).flatMap(([key, item]) => mismatches(item, map, `${path}.${key}`))
      : [`${path}: expected a map`];
  return scalarMismatch(value, type, path) ?? modelMismatches(value, type, path);
}

function scalarMismatch(value: unknown, type: string, path: string): readonly string[] | undefined {
  const bad = [`${path}: expected ${type}, got ${JSON.stringify(value)}`];
  if (type === 'any' || type === 'object') return [];
  if (type === 'IntOrString') return ['string', 'number'].includes(typeof value) ? [] : bad;
  if (type === 'Date' || type === 'V1MicroTime') return typeof value === 'string' ? [] : bad;
  if (['string', 'number', 'boolean'].includes(type)) return typeof value === type ? [] : bad;
  return undefined;
}

function modelMismatches(value: unknown, type: string, path: string): readonly string[] {
  const model = MODELS[type] as Model | undefined;
  if (!model?.getAttributeTypeMap) throw new Error(`no published type ${type}`);
  if (!isObject(value)) return [`${path}: expected ${type}, got ${JSON.stringify(value)}`];
  const attributes = model.getAttributeTypeMap();
  return Object.entries(value).flatMap(([key, item]) => {
    const attribute = attributes.find(({ baseName }) => baseName === key);
    if (!attribute) return [`${path}.${key}: ${type} has no such field`];
    return mismatches(item, attribute.type, `${path}.${key}`);
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
