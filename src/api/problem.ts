import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS, LimberError, type ErrorCode } from '#model/errors.ts';
import { formatBytes } from '#model/quantities.ts';

const BUSY_RETRY_SECONDS = 1;
const DRAINING_RETRY_SECONDS = 30;

/** Others have what it needs. */
const BUSY = new Set<ErrorCode>(['overloaded', 'capacity-exhausted', 'tenant-quota-exceeded']);

/** Every failure as a problem document of RFC 9457, from the one catalogue. */
export function answerProblem(
  error: FastifyError | LimberError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = knownError(error, request);
  const { code, message, details } = known;
  const { httpStatus: status } = ERRORS[code];
  // Codes that end a run are no failures of a request: as one, they are a defect.
  const answered = status < 400 ? 500 : status;
  if (answered >= 500 && code === 'internal') request.log.error({ err: error }, 'defect');
  const retryAfterSeconds = retryAfter(code, details);
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  if (answered === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(answered)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({
      type: `urn:limber:problem:${code}`,
      title: code.replaceAll('-', ' '),
      status: answered,
      detail: message,
      code,
      instance: request.url.split('?')[0],
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
}

export function answerUnknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0] ?? '';
  return answerProblem(
    new LimberError('route-unknown', { method: request.method, path }),
    request,
    reply,
  );
}

/** The framework's own errors, translated once. */
function knownError(error: FastifyError | LimberError, request: FastifyRequest): LimberError {
  if (isDiskFull(error)) return diskFull(error);
  if (error instanceof LimberError) return error;
  const got = request.headers['content-type'] ?? 'nothing';
  const max = formatBytes(request.routeOptions.bodyLimit ?? 0);
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new LimberError('request-too-large', { max }, { cause: error });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new LimberError('media-type-unknown', { expected: 'application/json', got });
    default:
      return otherError(error);
  }
}

/** SQLite's own code for it (https://www.sqlite.org/rescode.html#full). */
const SQLITE_FULL = 13;
const NO_SPACE = ['ENOSPC', 'EDQUOT'];

function isDiskFull(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  const { errcode } = error as { readonly errcode?: number };
  if (NO_SPACE.includes(code ?? '') || errcode === SQLITE_FULL) return true;
  return error.cause instanceof Error && isDiskFull(error.cause);
}

function diskFull(error: Error): LimberError {
  const details = { folder: 'the server', free: 'none', needed: 'some' };
  return new LimberError('disk-full', details, { cause: error });
}

function otherError(error: FastifyError): LimberError {
  const { statusCode = 500 } = error;
  const problem = error.message.replace(/\.$/, '');
  if (statusCode >= 400 && statusCode < 500)
    return new LimberError('request-invalid', { problem }, { cause: error });
  // The text of a defect may hold what is nobody's business.
  return new LimberError('internal', { problem: 'see the log of the server' }, { cause: error });
}

function retryAfter(code: ErrorCode, details: LimberError['details']): number | undefined {
  if (code === 'too-many-requests') return Math.max(1, Math.ceil(Number(details['after'] ?? 1)));
  if (code === 'draining') return DRAINING_RETRY_SECONDS;
  return BUSY.has(code) ? BUSY_RETRY_SECONDS : undefined;
}
