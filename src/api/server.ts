import Fastify, { type FastifyServerOptions, type FastifyTypeProvider } from 'fastify';
import type { z } from 'zod';
import type { Services } from '#serve/services.ts';

export type ApiOptions = {
  readonly services: Services;
  /** False: whoever reaches the server is its owner; for this machine alone. */
  readonly needsKeys: boolean;
  readonly logger: FastifyServerOptions['logger'];
};

/** What a handler answers is checked against its schema when it is sent. */
interface ZodProvider extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  serializer: unknown;
}

export type Api = ReturnType<typeof newServer>;

export function newServer({ services, logger }: ApiOptions) {
  return Fastify({
    ...(logger !== undefined && { logger }),
    bodyLimit: services.engine.config.serve.maxBodyBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1024 },
  }).withTypeProvider<ZodProvider>();
}
