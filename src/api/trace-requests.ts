import type { RequestSpan, Telemetry } from '#serve/telemetry/types.ts';
import type { Api } from './server.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of this request, where traces are sent. */
    span?: RequestSpan;
  }
}

/** All but those of who only looks whether it is there. */
export function traceRequests(api: Api, telemetry: Telemetry): void {
  api.addHook('onRequest', async (request) => {
    const { config, url } = request.routeOptions;
    if (config.isOpen) return;
    const { traceparent } = request.headers;
    request.span = telemetry.request({
      method: request.method,
      route: url ?? 'unknown',
      path: request.url.split('?')[0] ?? '',
      scheme: request.protocol,
      ...(typeof traceparent === 'string' && { traceparent }),
    });
  });
  api.addHook('onResponse', async (request, reply) =>
    request.span?.end({ status: reply.statusCode, elapsedMs: reply.elapsedTime }),
  );
}
