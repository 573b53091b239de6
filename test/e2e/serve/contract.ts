import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Described = {
  readonly headers?: Readonly<Record<string, { readonly schema: object }>>;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
};
type Operation = { readonly responses: Readonly<Record<string, Described>> };
export type OpenApi = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

/** What HTTP itself, and the server below the API, add to any answer. */
const OF_HTTP =
  /^(date|connection|keep-alive|content-(type|length)|transfer-encoding|(accept|content)-ranges?|vary|strict-transport-security)$/;
/** The dashboard and the browsable page of the API: files, no part of it. */
const PAGES = /^(\*|\/|\/docs(\/.*)?)$/;
const BEFORE_ANY_ROUTE = [400, 401, 403, 404, 431];
const HEADERS_OF_PROBLEMS = ['retry-after', 'www-authenticate', /^x-ratelimit-/];

/** Holds every answer against the document that the server serves; throws what does not fit. */
export class Contract {
  readonly document: OpenApi;
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, coerceTypes: false });
  readonly #headers = new Ajv2020({ strict: false, validateFormats: false, coerceTypes: true });
  readonly #compiled = new Map<object, ValidateFunction>();

  constructor(document: OpenApi) {
    this.document = document;
  }

  /** The same response; its body is checked while it is read. */
  async check(method: string, path: string, response: Response): Promise<Response> {
    const [url] = path.split('?');
    if (PAGES.test(url!)) return response;
    const what = `${method} ${url} ${response.status}`;
    const described = this.#described(method, url!, response);
    if (!described) throw new Error(`${what}: the document knows no such answer`);
    this.#checkHeaders(what, described, response);
    if (!response.body) {
      if (described.content) throw new Error(`${what}: expected a body, got none`);
      return response;
    }
    const type = typeOf(response);
    const media = described.content?.[type];
    if (!media) throw new Error(`${what}: the document knows no body of type ${type}`);
    if (type === 'text/event-stream') return this.#followed(what, response);
    if (type.endsWith('json'))
      this.valid(`${what}: body`, media.schema ?? {}, await response.clone().json());
    return response;
  }

  /** Throws unless it is an event of the document. */
  event(what: string, data: unknown): void {
    this.valid(what, this.document.components.schemas['Event']!, data);
  }

  valid(what: string, schema: object, value: unknown): void {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(schema);
    this.#compiled.set(schema, validate);
    if (validate(value)) return;
    const errors = this.#ajv.errorsText(validate.errors);
    throw new Error(`${what}: ${errors} in ${JSON.stringify(value).slice(0, 2000)}`);
  }

  #described(method: string, path: string, { status }: Response): Described | undefined {
    const responses = this.#operation(method, path)?.responses ?? this.#ofUnknownRoutes(status);
    return responses?.[status] ?? responses?.[`${Math.trunc(status / 100)}XX`];
  }

  /** Refused as unknown, or before anybody looks whether it is known. */
  #ofUnknownRoutes(status: number): Operation['responses'] | undefined {
    if (!BEFORE_ANY_ROUTE.includes(status)) return undefined;
    const schema = this.document.components.schemas['Problem']!;
    return { '4XX': { content: { 'application/problem+json': { schema } } } };
  }

  #operation(method: string, path: string): Operation | undefined {
    const key = method === 'HEAD' ? 'get' : method.toLowerCase();
    return Object.entries(this.document.paths)
      .filter(([template, operations]) => key in operations && pattern(template).test(path))
      .toSorted(([a], [b]) => variables(a) - variables(b))
      .map(([, operations]) => operations[key])[0];
  }

  #checkHeaders(what: string, { headers = {} }: Described, response: Response): void {
    const known = Object.fromEntries(
      Object.entries(headers).map(([name, { schema }]) => [name.toLowerCase(), schema]),
    );
    for (const [name, value] of response.headers) {
      if (OF_HTTP.test(name)) continue;
      const schema = known[name];
      if (schema) this.#checkHeader(`${what}: header ${name}`, schema, value);
      else if (!isOfProblem(response, name))
        throw new Error(`${what}: the document knows no header ${name}`);
    }
  }

  #checkHeader(what: string, schema: object, value: string): void {
    if (this.#headers.validate({ type: 'object', properties: { value: schema } }, { value }))
      return;
    throw new Error(`${what}: ${this.#headers.errorsText()}, got ${value}`);
  }

  #followed(what: string, response: Response): Response {
    let rest = '';
    const decoder = new TextDecoder();
    const checked = response.body!.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          const blocks = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n\n');
          rest = blocks.pop()!;
          for (const block of blocks) this.#checkBlock(what, block);
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(checked, response);
  }

  #checkBlock(what: string, block: string): void {
    if (block === ':') return;
    const [, id, kind, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    if (data === undefined) throw new Error(`${what}: no event: ${block}`);
    const told = JSON.parse(data) as { readonly sequence: number; readonly kind: string };
    this.event(`${what}: event`, told);
    if (String(told.sequence) !== id || told.kind !== kind)
      throw new Error(`${what}: id and event are not those of the data: ${block}`);
  }
}

function isOfProblem(response: Response, name: string): boolean {
  return (
    typeOf(response) === 'application/problem+json' &&
    HEADERS_OF_PROBLEMS.some((known) =>
      typeof known === 'string' ? known === name : known.test(name),
    )
  );
}

function typeOf({ headers }: Response): string {
  return (headers.get('content-type') ?? '').split(';')[0]!.trim();
}

function pattern(template: string): RegExp {
  return new RegExp(`^${template.replace('{*}', '.*').replaceAll(/\{\w+\}/g, '[^/]*')}$`);
}

/** `/v1/executions/scaling` is not the execution named scaling. */
function variables(template: string): number {
  return template.split('{').length;
}
