import { once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GROUP, VERSION, type ElasticPolicy } from '../elastic-policy.ts';
import { Informer } from '../informer.ts';
import { keepCertificate, type ServingCertificate, type WebhookPlace } from './certificate.ts';
import { initialSizes } from './initial-sizes.ts';
import { answerTo, readReview } from './review.ts';

const PATH = '/initial-sizes';
/** An object of 1.5 MiB at most, and around it what the API server says of it. */
const MOST_BYTES = 4 * 2 ** 20;
const REQUEST_MS = 5_000;
const LOOK_EVERY_MS = 60_000;
const LOOKS_IN_A_LIFETIME = 30;

export type WebhookOptions = WebhookPlace & {
  readonly port: number;
  readonly log: (text: string) => void;
  readonly onAdmitted?: (isSized: boolean) => void;
};

export type Webhook = { readonly port: number; readonly close: () => Promise<void> };

/**
 * Gives new pods their first sizes, in every replica, whoever leads. Where it does not answer, pods are
 * made as they were written: the configuration says so, and nothing here refuses one.
 */
export async function openWebhook(options: WebhookOptions): Promise<Webhook> {
  const { client, log } = options;
  const policies = new Informer<ElasticPolicy>({
    client,
    path: `/apis/${GROUP}/${VERSION}/elasticpolicies`,
    onChange() {},
  });
  await policies.start();
  let served = await keepCertificate(options, Date.now());
  const server = createServer(secureContext(served), (request, response) => {
    void answer(request, response, policies, options).catch((error: unknown) => {
      log(`webhook: ${String(error)}`);
      response.destroy();
    });
  });
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  await once(server.listen(options.port), 'listening');
  const look = async (): Promise<void> => {
    const kept = await keepCertificate(options, Date.now());
    if (kept.cert === served.cert) return;
    served = kept;
    server.setSecureContext(secureContext(kept));
    log('webhook: serves with a new certificate');
  };
  const everyMs = Math.min(LOOK_EVERY_MS, options.lifetimeMs / LOOKS_IN_A_LIFETIME);
  const timer = setInterval(
    () => void look().catch((error: unknown) => log(`webhook: ${String(error)}`)),
    everyMs,
  );
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      clearInterval(timer);
      policies.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function secureContext({ cert, key }: ServingCertificate) {
  return { cert, key, minVersion: 'TLSv1.2' as const };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  policies: Informer<ElasticPolicy>,
  { log, onAdmitted }: WebhookOptions,
): Promise<void> {
  const say = (code: number, type: string, text: string): void =>
    void response.writeHead(code, { 'content-type': type }).end(text);
  // The API server adds how long it waits: `?timeout=2s`.
  const path = request.url?.split('?', 1)[0];
  if (request.method !== 'POST' || path !== PATH)
    return say(404, 'text/plain', `of POST ${PATH}\n`);
  const text = await readAll(request);
  if (text === undefined) return say(413, 'text/plain', `at most ${MOST_BYTES} bytes\n`);
  const review = readReview(text);
  if (!review) return say(400, 'text/plain', 'expected an AdmissionReview of a pod to be made\n');
  const { uid, namespace, pod } = review;
  const additions = sizesOf(pod, policies.in(namespace), log);
  onAdmitted?.(additions.length > 0);
  say(200, 'application/json', JSON.stringify(answerTo(uid, additions)));
}

/** A pod or a policy that is odd is no reason to be in the way. */
function sizesOf(
  pod: Parameters<typeof initialSizes>[0],
  policies: readonly ElasticPolicy[],
  log: (text: string) => void,
): ReturnType<typeof initialSizes> {
  try {
    return initialSizes(pod, policies, Date.now());
  } catch (error) {
    log(`webhook: ${String(error)}`);
    return [];
  }
}

async function readAll(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
