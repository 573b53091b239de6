import { request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { publicLookup } from './addresses.ts';

export type Posting = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly allowsPrivate: boolean;
};

/** `retryAfterMs`: the receiver asked for that much time. */
export type Posted =
  | { readonly kind: 'taken' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly problem: string; readonly retryAfterMs?: number };

/** One attempt. Redirects are not followed, and nothing of the answer is read but its status. */
export function post(posting: Posting): Promise<Posted> {
  const { url, headers, body, timeoutMs, allowsPrivate } = posting;
  const { promise, resolve } = Promise.withResolvers<Posted>();
  const failed = (problem: string) => resolve({ kind: 'failed', problem });
  const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
  const request: ClientRequest = send(url, {
    method: 'POST',
    agent: false,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    signal: AbortSignal.timeout(timeoutMs),
    ...(!allowsPrivate && { lookup: publicLookup as never }),
  });
  request.once('response', (answer) => {
    resolve(postedOf(answer));
    answer.destroy();
  });
  request.once('error', (error) =>
    failed(
      error.name === 'TimeoutError' || error.name === 'AbortError'
        ? `no answer in ${timeoutMs} ms`
        : error.message,
    ),
  );
  request.end(body);
  return promise;
}

function postedOf({ statusCode = 0, headers }: IncomingMessage): Posted {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'taken' };
  if (statusCode === 410) return { kind: 'gone' };
  const seconds = Number(headers['retry-after']);
  return {
    kind: 'failed',
    problem: `it answered ${statusCode}`,
    ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
  };
}
