import { request, type Agent, type IncomingMessage } from 'node:http';
import type { Contract } from '../../test/e2e/serve/contract.ts';
import { EXISTING, type FuzzRequest } from './requests.ts';

const DEADLINE_MS = 30_000;
const LARGE_BODY = 1_000_000;

export type Target = {
  readonly url: string;
  readonly key: string;
  readonly agent: Agent;
  readonly contract: Contract;
  /** The newest execution there is. */
  readonly execution: () => string;
  readonly created: (id: string) => void;
};

export type Exchange =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /** Whoever asked has gone away before the answer was whole. */
  | { readonly kind: 'left'; readonly status?: number }
  /** Nothing that HTTP can carry. */
  | { readonly kind: 'unsendable' };

/** Throws for an answer that the document does not know, for a failure of the server, and for none. */
export async function exchange(target: Target, asked: FuzzRequest): Promise<Exchange> {
  const id = target.execution();
  const path = asked.path.replaceAll(EXISTING, id);
  const sent = await send(target, { ...asked, path });
  if (sent.kind !== 'answered') return sent;
  const { status, headers, body } = sent;
  if (status >= 500 && status !== 503) throw new Error(`answered with ${status}: ${body}`);
  const { contract } = target;
  if (status === 201 && path.startsWith('/v1/executions'))
    target.created((JSON.parse(body) as { readonly id: string }).id);
  if (!/^[\x21-\x7e]+$/.test(path)) return sent;
  const isEmpty = status === 204 || status === 304 || asked.method === 'HEAD';
  const response = new Response(isEmpty ? null : body, { status, headers });
  if (asked.method !== 'HEAD') await contract.check(asked.method, path, response);
  return sent;
}

type Sent =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Headers;
      readonly body: string;
    }
  | Exclude<Exchange, { kind: 'answered' }>;

function send(target: Target, asked: FuzzRequest): Promise<Sent> {
  const { method, path, headers, body, leaveAfterMs } = asked;
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  let status: number | undefined;
  try {
    const outgoing = request(target.url, {
      method,
      path: inBytes(path),
      agent: target.agent,
      headers: {
        authorization: `Bearer ${target.key}`,
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        ...asBytes(headers),
      },
    });
    const leave = (): void => {
      resolve({ kind: 'left', ...(status !== undefined && { status }) });
      outgoing.destroy();
    };
    const timer = setTimeout(
      leaveAfterMs === undefined ? () => outgoing.destroy(new Error('no answer')) : leave,
      leaveAfterMs ?? DEADLINE_MS,
    );
    outgoing.on('response', (response) => {
      status = response.statusCode;
      void collect(response)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      // The server need not read all of what it will not take, nor which method was too large.
      if ((body?.length ?? 0) > LARGE_BODY || method === 'HEAD') resolve({ kind: 'left' });
      else reject(error);
    });
    outgoing.end(body);
  } catch {
    resolve({ kind: 'unsendable' });
  }
  return promise;
}

async function collect(response: IncomingMessage): Promise<Sent> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    kind: 'answered',
    status: response.statusCode!,
    headers: new Headers(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: Buffer.concat(chunks).toString(),
  };
}

/** As UTF-8 on the wire, which knows bytes only. */
function inBytes(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^\x21-\x7e\x80-\xff]/g, '%20');
}

function asBytes(headers: FuzzRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Buffer.from(String(value))
        .toString('latin1')
        .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ' '),
    ]),
  );
}
