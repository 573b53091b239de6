import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { LimberError } from '#model/errors.ts';
import type { Connection } from './connection.ts';
import { failure } from './failure.ts';
import type { PatchKind, Request, Verb } from './request.ts';
import type { Status } from './types.ts';

/** Of one request; a watch has none. */
const TIMEOUT_MS = 30_000;
const MOST_TRIES = 5;
const LONGEST_PAUSE_MS = 8_000;

/** Speaks with one API server. Lifecycle: create → (request, stream)* → close. */
export type Client = {
  readonly connection: Connection;
  /** The answer's object. Throws an ApiFailure for an answer that is none, and `kubernetes-unreachable`. */
  readonly request: <T>(request: Request) => Promise<T>;
  /** An answer that does not end; its lines come as they are written. */
  readonly stream: (path: string, signal: AbortSignal) => Promise<http.IncomingMessage>;
  readonly close: () => void;
};

export function createClient(connection: Connection): Client {
  const secure = connection.server.startsWith('https:');
  const transport = secure ? https : http;
  const agent = new transport.Agent({ keepAlive: true, ...(secure && connection.tls) });

  async function send(asked: Request, signal?: AbortSignal) {
    const { verb, path, body, patch, timeoutMs = TIMEOUT_MS } = asked;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      accept: 'application/json',
      ...(await connection.headers()),
      ...(payload !== undefined && {
        'content-type': contentType(verb, patch),
        'content-length': Buffer.byteLength(payload),
      }),
    };
    return new Promise<http.IncomingMessage>((resolve, reject) => {
      const options = { method: verb, headers, agent, ...(signal && { signal }) };
      const request = transport.request(`${connection.server}${path}`, options, resolve);
      if (!signal) request.setTimeout(timeoutMs, () => request.destroy(new Error('no answer')));
      request.on('error', reject);
      request.end(payload);
    });
  }

  /** One try; a pause in milliseconds where the server asks for another one later. */
  async function attempt<T>(request: Request, tries: number): Promise<T | Pause> {
    // A server that is slow, and has not lost it, is given more time with each try.
    const timeoutMs = Math.min(TIMEOUT_MS, (request.timeoutMs ?? TIMEOUT_MS) * 2 ** (tries - 1));
    const response = await send({ ...request, timeoutMs });
    const text = await readAll(response);
    const code = response.statusCode ?? 0;
    if (code >= 200 && code < 300) return JSON.parse(text) as T;
    const status = statusOf(text, code);
    if (isBusy(code)) return new Pause(pauseMsOf(response, status), failure(request, status));
    throw failure(request, status);
  }

  return {
    connection,
    async request<T>(request: Request): Promise<T> {
      for (let tries = 1; ; tries++) {
        const answer = await attempt<T>(request, tries).catch((error: unknown) =>
          unreachable(connection, request, error),
        );
        if (!(answer instanceof Pause)) return answer;
        if (tries >= MOST_TRIES) throw answer.error;
        await sleep(answer.ms ?? Math.min(LONGEST_PAUSE_MS, 100 * 2 ** tries));
      }
    },
    async stream(path, signal) {
      const response = await send({ verb: 'GET', path }, signal);
      const code = response.statusCode ?? 0;
      if (code >= 200 && code < 300) return response;
      throw failure({ verb: 'GET', path }, statusOf(await readAll(response), code));
    },
    close: () => agent.destroy(),
  };
}

/** Source: API Priority and Fairness answers 429; a server that starts or ends, 500 to 504. */
function isBusy(code: number): boolean {
  return code === 429 || (code >= 500 && code <= 504);
}

class Pause {
  readonly ms: number | undefined;
  readonly error: Error;
  constructor(ms: number | undefined, error: Error) {
    this.ms = ms;
    this.error = error;
  }
}

/** A connection that broke is tried again only where asking twice does no harm. */
function unreachable(connection: Connection, { verb }: Request, error: unknown): Pause {
  const code = (error as NodeJS.ErrnoException).code;
  if (!(error instanceof Error) || error instanceof LimberError || error.name === 'ApiFailure')
    throw error;
  const told = new LimberError(
    'kubernetes-unreachable',
    {
      server: connection.server,
      problem: error.message || code || 'no answer',
      hint: 'Check that the cluster runs and that `kubectl get pods` works.',
    },
    { cause: error },
  );
  if (verb === 'POST' && code !== 'ECONNREFUSED') throw told;
  return new Pause(undefined, told);
}

function contentType(verb: Verb, patch: PatchKind = 'merge'): string {
  return verb === 'PATCH' ? `application/${patch}-patch+json` : 'application/json';
}

function pauseMsOf(response: http.IncomingMessage, status: Status): number | undefined {
  const seconds = Number(response.headers['retry-after'] ?? status.details?.retryAfterSeconds);
  return Number.isFinite(seconds) ? Math.min(LONGEST_PAUSE_MS, seconds * 1000) : undefined;
}

function statusOf(text: string, code: number): Status {
  try {
    return { code, ...(JSON.parse(text) as Status) };
  } catch (error) {
    // A proxy in between answers in its own words.
    if (error instanceof SyntaxError) return { kind: 'Status', code, message: text.slice(0, 200) };
    throw error;
  }
}

async function readAll(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
