import type { Api } from './server.ts';

const LONGEST_AGE_SECONDS = 600;
/** What the routes read of a request. */
const ASKED = ['authorization', 'content-type', 'idempotency-key', 'if-match', 'last-event-id'];
/** What they answer with, beside what every page may read. */
const ANSWERED = [
  'etag',
  'location',
  'retry-after',
  'www-authenticate',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];

/** Tells browsers which other sites' pages may ask and read; without any, nothing is told or loaded. */
export async function allowOrigins(api: Api, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  const { default: cors } = await import('@fastify/cors');
  await api.register(cors, {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ASKED,
    exposedHeaders: ANSWERED,
    maxAge: LONGEST_AGE_SECONDS,
  });
}
