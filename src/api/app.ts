import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyWebsocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { describeIssues } from '#config/describe-issues.ts';
import { LimberError } from '#model/errors.ts';
import { authenticate } from './authenticate.ts';
import { allowOrigins } from './cross-origin.ts';
import { addDashboard } from './dashboard.ts';
import { describeRoute, OPENAPI } from './document.ts';
import { measure } from './metrics.ts';
import { answerProblem, unknownRoute } from './problem.ts';
import { addRoutes } from './routes/index.ts';
import { ARCHIVE_TYPES, PROBLEMS } from './schemas/common.ts';
import { traceRequests } from './trace-requests.ts';
import { newServer, type Api, type ApiOptions } from './server.ts';

/** The HTTP server without a socket: tests send requests with `inject`. */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const { maxRequestsPerMinute, allowedOrigins } = options.services.engine.config.serve;
  const api = newServer(options);
  api.setValidatorCompiler<z.ZodType>(
    ({ schema }) =>
      (data) =>
        validate(schema, data),
  );
  api.setSerializerCompiler(serializerCompiler);
  api.setErrorHandler(answerProblem);
  api.setNotFoundHandler((request, reply) => answerProblem(unknownRoute(request), request, reply));
  // A form of another site could send it without being asked: JSON alone cannot.
  api.removeContentTypeParser('text/plain');
  api.addContentTypeParser([...BYTES], (_request, payload, done) => done(null, payload));
  await api.register(fastifySwagger, { openapi: OPENAPI, transform: describeRoute });
  await api.register(fastifySwaggerUi, { routePrefix: '/docs' });
  await api.register(fastifyWebsocket, { options: { maxPayload: 64 * 1024 } });
  if (options.telemetry) traceRequests(api, options.telemetry);
  if (options.tls && !options.tls.isGenerated && options.isPublic) askForTlsOnly(api);
  // Before it is asked who it is: a browser sends no key with the question whether it may ask.
  await allowOrigins(api, allowedOrigins);
  authenticate(api, options);
  await api.register(fastifyRateLimit, {
    max: maxRequestsPerMinute,
    timeWindow: 60_000,
    hook: 'preHandler',
    keyGenerator: (request) => request.caller.keyId,
    allowList: (request) => request.routeOptions.config.isOpen === true,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new LimberError('too-many-requests', { max, window: 'a minute', after: ttl / 1000 }),
  });
  const registry = measure(api, options.services);
  addRoutes(api, options.services);
  api.get('/metrics', { config: { scope: 'admin' }, schema: METRICS }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  api.get('/openapi.json', { config: { isOpen: true }, schema: DOCUMENT }, async () =>
    api.swagger(),
  );
  addDashboard(api);
  await api.ready();
  return api as unknown as FastifyInstance;
}

/** RFC 6797. A browser keeps it for a host: on this machine's names it would outlive the server. */
function askForTlsOnly(api: Api): void {
  const A_YEAR_SECONDS = 31_536_000;
  api.addHook('onSend', async (_request, reply) => {
    void reply.header('strict-transport-security', `max-age=${A_YEAR_SECONDS}`);
  });
}

function validate(schema: z.ZodType, data: unknown) {
  const result = schema.safeParse(data, { reportInput: true });
  if (result.success) return { value: result.data };
  const details = { problem: describeIssues(result.error.issues) };
  return { error: new LimberError('request-invalid', details) };
}

/** Handed on as they come; none of them could be sent by a form of another site. */
const BYTES = ['application/octet-stream', ...ARCHIVE_TYPES];

const METRICS = {
  operationId: 'metrics',
  tags: ['node'],
  summary: 'What Prometheus reads',
  response: {
    200: {
      description: 'Metrics of the whole server.',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...PROBLEMS,
  },
};

const DOCUMENT = {
  operationId: 'getDocument',
  tags: ['node'],
  summary: 'This document',
  response: { 200: z.looseObject({ openapi: z.string() }), ...PROBLEMS },
};
