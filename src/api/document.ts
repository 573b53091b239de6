import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import packageJson from '#package.json' with { type: 'json' };
import { problem } from './schemas/common.ts';
import { event } from './schemas/event.ts';

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;
type Headers = Readonly<Record<string, object>>;
type Response = { readonly headers?: Headers };

const BYTES = 'application/octet-stream';
const target = 'draft-2020-12';

/** How the document of the API begins. */
export const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Limber',
    version: packageJson.version,
    description: 'Runs code and gives it the CPU, memory and network it needs while it runs.',
  },
  components: {
    securitySchemes: {
      key: {
        type: 'http' as const,
        scheme: 'bearer',
        description: 'A key of `limber key create`.',
      },
    },
    schemas: {
      Event: componentOf(event),
      Problem: componentOf(problem),
    },
  },
  security: [{ key: [] }],
};

/** Of every answer that counts against the rate of its key. */
const RATE_HEADERS: Headers = {
  'x-ratelimit-limit': { type: 'integer', description: 'Requests in a minute with one key.' },
  'x-ratelimit-remaining': { type: 'integer', description: 'How many are left of them.' },
  'x-ratelimit-reset': { type: 'integer', description: 'Seconds until they are whole again.' },
};

/** What a route says of itself, with the headers of its answers, and bytes where it takes bytes. */
export const describeRoute: Transform = (route) => {
  const { schema, url } = jsonSchemaTransform(route as never) as ReturnType<Transform>;
  const { consumes, body, response } = (route.schema ?? {}) as Described;
  const isBytes = consumes?.includes(BYTES) === true && body === undefined;
  const described = {
    ...schema,
    ...(isBytes && { body: { type: 'string', format: 'binary' } }),
  } as Described;
  for (const [status, answer] of Object.entries(described.response ?? {}))
    answer.headers = { ...RATE_HEADERS, ...response?.[status]?.headers };
  return { schema: described as typeof schema, url };
};

type Described = {
  readonly consumes?: readonly string[];
  readonly body?: unknown;
  readonly response?: Record<string, { headers?: Headers } & Response>;
};

function componentOf(schema: z.ZodType) {
  const { $schema: _, ...component } = z.toJSONSchema(schema, { target, io: 'output' });
  return component as Record<string, unknown>;
}
