import fc from 'fast-check';
import { damaged } from './damage.ts';
import { programs } from './programs.ts';
import { text, valuesOf, type Schema } from './values.ts';

type Parameter = {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
};
type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
};
export type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** What is sent. `§` in a path stands for an execution that there is, if there is one. */
export type FuzzRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Where the server may keep answering for long: whoever asks goes away after so long. */
  readonly leaveAfterMs?: number;
};

export const EXISTING = '§';
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];
const JSON_TYPE = 'application/json';
const STREAMS = /\/events$|[?&]follow=true|[?&]waitMs=/;

/** Requests of every route: valid, nearly valid, and garbage. */
export function requestsOf(document: Document): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const likely = operations.map((one) => ({ weight: 3, arbitrary: requestOf(one) }));
  return fc.oneof(...likely, { weight: 8, arbitrary: garbage(Object.keys(document.paths)) });
}

function requestOf(route: {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}): fc.Arbitrary<FuzzRequest> {
  const { method, path, operation } = route;
  const { parameters = [] } = operation;
  const of = (where: Parameter['in']) => parameters.filter((parameter) => parameter.in === where);
  const parts = {
    path: fc.record(Object.fromEntries(of('path').map((one) => [one.name, pathPart(one)]))),
    query: named(of('query'), fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, oddPairs())),
    headers: named(of('header'), fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, oddHeaders())),
    body: bodyOf(operation),
    leaveAfterMs: fc.integer({ min: 5, max: 150 }),
  };
  return fc.record(parts).map(({ path: values, query, headers, body, leaveAfterMs }) => {
    const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => values[name] ?? '');
    const url = `${filled}${queryText(query)}`;
    return {
      method: method.toUpperCase(),
      path: url,
      headers: { ...headers, ...(body && { 'content-type': body.type }) },
      ...(body && { body: body.content }),
      ...(STREAMS.test(url) && { leaveAfterMs }),
      ...(filled.endsWith('/events') && { leaveAfterMs }),
    };
  });
}

/** One that there is, one that could be, and what no id looks like. */
function pathPart({ name, schema }: Parameter): fc.Arbitrary<string> {
  const fitting = valuesOf(schema).map((value) => encode(String(value)));
  const isExecution = name === 'id';
  return fc.oneof(
    { weight: isExecution ? 8 : 0, arbitrary: fc.constant(EXISTING) },
    { weight: 4, arbitrary: fitting },
    { weight: 1, arbitrary: fc.oneof(text().map(encode), text(), fc.constant('%E0%A4')) },
  );
}

type Pairs = Readonly<Record<string, unknown>>;

function named(parameters: readonly Parameter[], more: fc.Arbitrary<Pairs>): fc.Arbitrary<Pairs> {
  const values = parameters.map(({ name, schema }) => {
    const fitting = valuesOf(schema);
    const near = damaged(fitting);
    return [name, fc.oneof({ weight: 5, arbitrary: fitting }, near)] as const;
  });
  const requiredKeys = parameters.filter(({ required }) => required).map(({ name }) => name);
  return fc
    .tuple(fc.record(Object.fromEntries(values), { requiredKeys }), more)
    .map(([fitting, odd]) => ({ ...odd, ...fitting }));
}

const oddPairs = (): fc.Arbitrary<Pairs> => fc.dictionary(text(), text(), { maxKeys: 3 });

const oddHeaders = (): fc.Arbitrary<Pairs> =>
  fc.record(
    {
      authorization: fc.oneof(fc.constantFrom('', 'Bearer', 'Bearer lk_0_0', 'Basic eDp5'), text()),
      accept: text(),
      'content-encoding': fc.constantFrom('gzip', 'br', 'nonsense'),
      'idempotency-key': text(),
      expect: fc.constant('100-continue'),
      range: fc.constant('bytes=1-'),
      host: fc.constantFrom('evil.example', '', '[::1'),
      upgrade: fc.constantFrom('h2c', 'nonsense'),
    },
    { requiredKeys: [] },
  );

type Body = { readonly type: string; readonly content: string };

function bodyOf({ operationId, requestBody }: Operation): fc.Arbitrary<Body | undefined> {
  if (!requestBody) return fc.option(text().map(asBytes), { nil: undefined, freq: 20 });
  const types = Object.entries(requestBody.content).map(([type, { schema }]) =>
    type === JSON_TYPE
      ? jsonBody(operationId, schema)
      : text().map((content) => ({ type, content })),
  );
  return fc.oneof(
    { weight: 12, arbitrary: fc.oneof(...types) },
    {
      weight: 2,
      arbitrary: fc.tuple(oddType(), text()).map(([type, content]) => ({ type, content })),
    },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

function jsonBody(operationId: string, schema: Schema): fc.Arbitrary<Body> {
  const fitting =
    operationId === 'createExecution'
      ? fc.oneof(programs(valuesOf(schema)), valuesOf(schema))
      : valuesOf(schema);
  const content = fc.oneof(
    { weight: 6, arbitrary: fitting.map(toJson) },
    { weight: 4, arbitrary: damaged(fitting).map(toJson) },
    { weight: 1, arbitrary: text() },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_JSON) },
  );
  return content.map((text) => ({ type: JSON_TYPE, content: text }));
}

const ODD_JSON = [
  '{"__proto__": {"x": 1}}',
  '{"constructor": {"prototype": {"x": 1}}}',
  '['.repeat(100_000),
  '{"code":"x","code":"y","language":"python"}',
  '\ufeff{}',
  `"${'a'.repeat(9 * 2 ** 20)}"`,
];

function toJson(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined';
}

const asBytes = (content: string): Body => ({ type: 'application/octet-stream', content });

const oddType = () =>
  fc.constantFrom(
    'text/plain',
    'application/octet-stream',
    'application/json; charset=utf-7',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    '',
    '/',
  );

/** Other methods of known paths, and paths that nobody knows. */
function garbage(paths: readonly string[]): fc.Arbitrary<FuzzRequest> {
  const known = fc.constantFrom(...paths).map((path) => path.replace('{id}', EXISTING));
  const parts = {
    method: fc.constantFrom(...METHODS),
    path: fc.oneof(
      known,
      text().map((part) => `/${part}`),
      text().map((part) => `/v1/executions/${EXISTING}/${encode(part)}`),
      fc.constantFrom('//', '/v1/../healthz', '/%', '/%00', '/v1/executions?%', '*', '/docs/../x'),
    ),
    body: fc.option(text(), { nil: undefined }),
    type: oddType(),
  };
  return fc.record(parts).map(({ method, path, body, type }) => ({
    method,
    path,
    headers: body === undefined ? {} : { 'content-type': type },
    ...(body !== undefined && { body }),
    leaveAfterMs: 150,
  }));
}

function queryText(query: Pairs): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    [value].flat().map((one) => `${encode(key)}=${encode(asText(one))}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : toJson(value);
}

/** As `encodeURIComponent`, which throws for half a character. */
function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
