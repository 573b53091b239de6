import Fastify, { type FastifyServerOptions, type FastifyTypeProvider } from 'fastify';
import type { z } from 'zod';
import type { Services } from '#serve/services.ts';
import type { Telemetry } from '#serve/telemetry/types.ts';
import type { Tls } from '#serve/tls/open-tls.ts';
import { answerBrokenRequest, answerProblem } from './problem.ts';

export type ApiOptions = {
  readonly tls?: Tls | undefined;
  readonly services: Services;
  /** False: whoever reaches the server is its owner; for this machine alone. */
  readonly needsKeys: boolean;
  readonly telemetry?: Telemetry | undefined;
  readonly logger: FastifyServerOptions['logger'];
  /** Others than this machine reach it. */
  readonly isPublic?: boolean;
};

/** What a handler answers is checked against its schema when it is sent. */
interface ZodProvider extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  serializer: unknown;
}

export type Api = ReturnType<typeof newServer>;

export function newServer({ services, logger, tls }: ApiOptions) {
  // The types of both servers differ; what is used of them does not.
  const https = tls && { https: { ...tls.read(), minVersion: 'TLSv1.2' } };
  return Fastify({
    ...(https as object),
    ...(logger !== undefined && { logger }),
    bodyLimit: services.engine.config.serve.maxBodyBytes,
    forceCloseConnections: true,
    frameworkErrors: (...failed) => void answerProblem(...failed),
    clientErrorHandler: answerBrokenRequest,
    routerOptions: { maxParamLength: 1024 },
  }).withTypeProvider<ZodProvider>();
}
