import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const CHART = fileURLToPath(new URL('../deploy/helm/limber/', import.meta.url));
const ACTION = /\{\{(-?)\s*(.*?)\s*(-?)\}\}/gs;

type Values = Readonly<Record<string, unknown>>;

type ChartObject = { readonly kind: string; readonly metadata: { readonly name: string } };

/** Where the plain manifests install it. */
const RELEASE = { Name: 'limber', Namespace: 'limber-system' };

/** The values that the chart has where nobody says otherwise. */
export function defaultValues(): Values {
  return parse(read('values.yaml')) as Values;
}

/** Every object of the chart, in the order of its files; `values` as a user would merge them. */
export function renderChart(values: Values, release = RELEASE): readonly ChartObject[] {
  const { appVersion } = parse(read('Chart.yaml')) as { readonly appVersion: string };
  const context = { Values: values, Release: release, Chart: { AppVersion: appVersion } };
  return readdirSync(`${CHART}templates`)
    .sort()
    .flatMap((name) => documents(renderTemplate(read(`templates/${name}`), context)));
}

export function definitions(): readonly ChartObject[] {
  return readdirSync(`${CHART}crds`)
    .sort()
    .flatMap((name) => documents(read(`crds/${name}`)));
}

/** The whole of it as `kubectl apply -f` takes it. */
export function plainManifests(): string {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: RELEASE.Namespace,
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    },
  };
  const objects = [namespace, ...definitions(), ...renderChart(defaultValues())];
  const texts = objects.map((object) => stringify(object, { aliasDuplicateObjects: false }));
  return `# Made from deploy/helm/limber by scripts/manifests.ts.\n${texts.join('---\n')}`;
}

function read(path: string): string {
  return readFileSync(CHART + path, 'utf8');
}

function documents(text: string): readonly ChartObject[] {
  return text
    .split(/^---$/m)
    .map((part) => parse(part) as ChartObject | null)
    .filter((one) => one !== null);
}

/**
 * The part of Go's templates that this chart keeps to: fields, `if`, `if not`, `else`, `end`,
 * `toYaml … | nindent N` and `.Files.Get "…" | nindent N`. Throws on anything else, so that no
 * template comes to mean something different here than under Helm.
 */
export function renderTemplate(template: string, context: Values): string {
  /** What is shown, for each `if` that is open. */
  const shown: boolean[] = [];
  let output = '';
  let at = 0;
  let trims = false;
  const add = (text: string): void => {
    if (shown.every(Boolean)) output += trims ? text.trimStart() : text;
    trims = false;
  };
  for (const found of template.matchAll(ACTION)) {
    const [whole, before, action = '', after] = found;
    const text = template.slice(at, found.index);
    add(before ? text.trimEnd() : text);
    at = found.index + whole.length;
    const condition = /^if (not )?(\.\S+)$/.exec(action);
    if (condition)
      shown.push(isTrue(field(condition[2]!, context)) !== (condition[1] !== undefined));
    else if (action === 'else') shown.push(!shown.pop());
    else if (action === 'end') shown.pop();
    else if (shown.every(Boolean)) output += evaluate(action, context);
    trims = after === '-';
  }
  add(template.slice(at));
  return output;
}

function evaluate(action: string, context: Values): string {
  const indented = /^(toYaml (\.\S+)|\.Files\.Get "([^"]+)") \| nindent (\d+)$/.exec(action);
  if (!indented) return String(field(action, context));
  const [, , path, file, width] = indented;
  const text = file === undefined ? stringify(field(path!, context)) : read(file);
  const indent = ' '.repeat(Number(width));
  return `\n${text.trimEnd().replaceAll(/^/gm, indent)}`;
}

function field(path: string, context: Values): unknown {
  if (!/^(\.[A-Za-z]+)+$/.test(path))
    throw new Error(`this template says more than is read: ${path}`);
  let value: unknown = context;
  for (const name of path.slice(1).split('.')) {
    if (typeof value !== 'object' || value === null || !(name in value))
      throw new Error(`no value ${path}`);
    value = (value as Values)[name];
  }
  return value;
}

/** Source: text/template, "the empty values are false, 0, any nil, and anything of length zero". */
function isTrue(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
