import { OPERATIONS, type OperationName } from './operations.ts';
import { LimberUnreachable, problemOf, type LimberProblem } from './problem.ts';

const DEFAULT_URL = 'http://127.0.0.1:7411';
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export type ClientOptions = {
  /** Where `limber serve` listens; default: http://127.0.0.1:7411. */
  readonly url?: string | URL | undefined;
  /** A key of `limber key create`. */
  readonly apiKey?: string | undefined;
  /** How often a request is sent again that the server could not take now; default: 4. */
  readonly retries?: number | undefined;
  /** A server that asks for more patience than that is not waited for; default: 60,000. */
  readonly longestRetryMs?: number | undefined;
  /** Instead of the global one: for a proxy, or other certificates. */
  readonly fetch?: typeof fetch | undefined;
};

export type CallOptions = { readonly signal?: AbortSignal | undefined };

/** Bytes to send: text as UTF-8, bytes, or a stream of them. */
export type Bytes = string | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export type Call = {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly json?: unknown;
  readonly bytes?: Bytes;
  readonly signal?: AbortSignal | undefined;
  /** It may be sent again although the first may have arrived. */
  readonly isRepeatable?: boolean;
};
type QueryValue = string | number | boolean | readonly string[] | undefined;

/** Sends what the operations of the API are asked for with, again where that helps. */
export class Transport {
  readonly url: string;
  readonly retries: number;
  readonly #longestRetryMs: number;
  readonly #apiKey: string | undefined;
  readonly #fetch: typeof fetch;

  constructor({ url, apiKey, retries, longestRetryMs, fetch: other }: ClientOptions) {
    this.url = String(url ?? DEFAULT_URL).replace(/\/+$/, '');
    this.#apiKey = apiKey;
    this.retries = retries ?? 4;
    this.#longestRetryMs = longestRetryMs ?? 60_000;
    // Browsers refuse to call it as a method of anything but the window.
    this.#fetch = other ?? fetch.bind(globalThis);
  }

  /** The answer, when it is none of a failure. Throws LimberProblem, LimberUnreachable, or the signal's reason. */
  async send(operation: OperationName, call: Call = {}): Promise<Response> {
    const [method = '', template = ''] = OPERATIONS[operation].split(' ');
    const canRepeat = isReplayable(call) && (call.isRepeatable ?? method !== 'POST');
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(method, template, call);
      if (outcome instanceof Response) return outcome;
      const isLast = attempt >= this.retries || !isReplayable(call);
      const pauseMs = this.#pauseMs(outcome, attempt, canRepeat);
      if (isLast || pauseMs === undefined) throw outcome;
      await pause(pauseMs, call.signal);
    }
  }

  async json<Body>(operation: OperationName, call?: Call): Promise<Body> {
    return (await this.send(operation, call)).json() as Promise<Body>;
  }

  /** For what has no body. */
  async done(operation: OperationName, call?: Call): Promise<void> {
    await (await this.send(operation, call)).body?.cancel();
  }

  async #attempt(
    method: string,
    template: string,
    call: Call,
  ): Promise<Response | LimberProblem | LimberUnreachable> {
    const url = `${this.url}${filled(template, call.path)}${queryOf(call.query)}`;
    call.signal?.throwIfAborted();
    try {
      const response = await this.#fetch(url, this.#init(method, call));
      return response.ok ? response : await problemOf(response);
    } catch (error) {
      call.signal?.throwIfAborted();
      return new LimberUnreachable(this.url, error);
    }
  }

  #init(method: string, { json, bytes, headers, signal }: Call): RequestInit {
    const body = json === undefined ? bodyOf(bytes) : JSON.stringify(json);
    const given = Object.entries(headers ?? {}).filter(([, value]) => value !== undefined);
    return {
      method,
      headers: {
        ...(this.#apiKey !== undefined && { authorization: `Bearer ${this.#apiKey}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(bytes !== undefined && { 'content-type': 'application/octet-stream' }),
        ...(Object.fromEntries(given) as Record<string, string>),
      },
      ...(body !== undefined && { body }),
      ...(body instanceof ReadableStream && { duplex: 'half' }),
      ...(signal && { signal }),
    } as RequestInit;
  }

  /** Undefined: waiting does not help. */
  #pauseMs(
    failure: LimberProblem | LimberUnreachable,
    attempt: number,
    canRepeat: boolean,
  ): number | undefined {
    const doubled = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    if (failure instanceof LimberUnreachable) return canRepeat ? doubled : undefined;
    // What says when to come again has carried nothing out.
    if (failure.retryAfterSeconds === undefined) return undefined;
    const askedMs = failure.retryAfterSeconds * 1000;
    return askedMs <= this.#longestRetryMs ? Math.max(askedMs, FIRST_PAUSE_MS) : undefined;
  }
}

/** Resolves after the time; rejects with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal?.aborted) return Promise.reject(signal.reason as Error);
  const timer = setTimeout(resolve, ms);
  const abort = (): void => reject(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}

/** A stream is read once. */
function isReplayable({ bytes }: Call): boolean {
  return bytes === undefined || typeof bytes === 'string' || bytes instanceof Uint8Array;
}

function bodyOf(bytes: Bytes | undefined): RequestInit['body'] | undefined {
  if (bytes === undefined || typeof bytes === 'string') return bytes;
  if (bytes instanceof Uint8Array) return bytes as Uint8Array<ArrayBuffer>;
  return bytes instanceof ReadableStream ? bytes : streamOf(bytes);
}

/** The types of browsers do not know it yet. */
const { from: streamOf } = ReadableStream as unknown as {
  readonly from: (bytes: AsyncIterable<Uint8Array>) => ReadableStream<Uint8Array>;
};

function filled(template: string, path: Call['path'] = {}): string {
  return template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const value = path[name] ?? '';
    return value
      .split('/')
      .map(encodeURIComponent)
      .join(name === '*' ? '/' : '%2F');
  });
}

function queryOf(query: Call['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [key, String(one)] as const),
  );
  const text = new URLSearchParams(pairs as [string, string][]).toString();
  return text === '' ? '' : `?${text}`;
}
