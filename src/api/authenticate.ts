import type { FastifyRequest } from 'fastify';
import { LimberError } from '#model/errors.ts';
import { namesLoopback } from '#model/loopback.ts';
import type { Scope } from '#record/service/keys.ts';
import { callerOf, mustHave, OWNER, type Caller } from '#serve/keys/keys.ts';
import { unknownRoute } from './problem.ts';
import type { Api, ApiOptions } from './server.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed to do. */
    scope?: Scope;
    /** Open to everybody who reaches the server. */
    isOpen?: boolean;
  }
}

/** What the browsable page consists of. */
const PAGES = /^\/(docs(\/|$)|openapi\.json$)/;

/** Before anything of a request is read: who sends it, and may they? */
export function authenticate(api: Api, { services, needsKeys }: ApiOptions): void {
  const { allowedOrigins } = services.engine.config.serve;
  api.decorateRequest('caller', null as unknown as Caller);
  api.addHook('onRequest', async (request) => {
    const { scope, isOpen } = request.routeOptions.config;
    if (isOpen || (PAGES.test(request.url.split('?')[0] ?? '') && !request.is404)) {
      request.caller = OWNER;
      return;
    }
    if (needsKeys) request.caller = callerOf(services.store, request.headers.authorization);
    else request.caller = ownerOf(request, allowedOrigins);
    const { tenant, keyId } = request.caller;
    request.log = request.log.child({ tenant, keyId });
    if (scope !== undefined) mustHave(request.caller, scope);
    // What is sent to nowhere is not read.
    if (request.is404) throw unknownRoute(request);
  });
}

/**
 * A name that leads here may be somebody else's: then a page of theirs is what asks. A page of another
 * site says so itself; a WebSocket it could read, whatever it was not allowed.
 */
function ownerOf({ headers }: FastifyRequest, allowedOrigins: readonly string[]): Caller {
  const { host = '', origin } = headers;
  if (!namesLoopback(host)) throw new LimberError('host-refused', { host });
  const isOwn = origin === undefined || /^https?:\/\/(.*)$/.exec(origin)?.[1] === host;
  if (isOwn || allowedOrigins.includes(origin)) return OWNER;
  throw new LimberError('origin-refused', { origin });
}
