type Attribute = { readonly baseName: string; readonly type: string };
type Model = { readonly getAttributeTypeMap: () => readonly Attribute[] };
type Published = { readonly version: string; readonly models: Readonly<Record<string, Model>> };

/** Of 1.35 no client was released; what it took is in 1.36. */
const PACKAGES = {
  '1.33': 'kubernetes-types-1.33',
  '1.34': 'kubernetes-types-1.34',
  '1.36': '@kubernetes/client-node',
};
const PUBLISHED = await Promise.all(
  Object.entries(PACKAGES).map(async ([version, name]): Promise<Published> => {
    const models = (await import(`${name}/dist/gen/models/all.js`)) as Published['models'];
    return { version, models };
  }),
);
const LIST = /^Array<(.+)>$/;
const MAP = /^\{ \[key: string\]: (.+); \}$/;

/**
 * Every place of `value` where it is not what Kubernetes' published OpenAPI says of `type`, in any
 * version that Limber runs on: a field that does not exist, or a value of another type. The types are
 * those that the official clients are generated from. What is required is left to admission.
 */
export function mismatches(value: unknown, type: string, path = ''): readonly string[] {
  return PUBLISHED.flatMap(({ version, models }) =>
    mismatchesIn(models, value, { type, path }).map((text) => `${text} (Kubernetes ${version})`),
  );
}

type Place = { readonly type: string; readonly path: string };
type Models = Published['models'];

function mismatchesIn(models: Models, value: unknown, { type, path }: Place): readonly string[] {
  const list = LIST.exec(type)?.[1];
  if (list !== undefined)
    return Array.isArray(value)
      ? value.flatMap((item, index) =>
          mismatchesIn(models, item, { type: list, path: `${path}[${index}]` }),
        )
      : [`${path}: expected a list`];
  const map = MAP.exec(type)?.[1];
  if (map !== undefined)
    return isObject(value)
      ? Object.entries(value).flatMap(([key, item]) =>
          mismatchesIn(models, item, { type: map, path: `${path}.${key}` }),
        )
      : [`${path}: expected a map`];
  return scalarMismatch(value, type, path) ?? modelMismatches(models, value, { type, path });
}

function scalarMismatch(value: unknown, type: string, path: string): readonly string[] | undefined {
  const bad = [`${path}: expected ${type}, got ${JSON.stringify(value)}`];
  if (type === 'any' || type === 'object') return [];
  if (type === 'IntOrString') return ['string', 'number'].includes(typeof value) ? [] : bad;
  if (type === 'Date' || type === 'V1MicroTime') return typeof value === 'string' ? [] : bad;
  if (['string', 'number', 'boolean'].includes(type)) return typeof value === type ? [] : bad;
  return undefined;
}

function modelMismatches(models: Models, value: unknown, { type, path }: Place): readonly string[] {
  const model = models[type];
  if (!model?.getAttributeTypeMap) throw new Error(`no published type ${type}`);
  if (!isObject(value)) return [`${path}: expected ${type}, got ${JSON.stringify(value)}`];
  const attributes = model.getAttributeTypeMap();
  return Object.entries(value).flatMap(([key, item]) => {
    const attribute = attributes.find(({ baseName }) => baseName === key);
    if (!attribute) return [`${path}.${key}: ${type} has no such field`];
    return mismatchesIn(models, item, { type: attribute.type, path: `${path}.${key}` });
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
