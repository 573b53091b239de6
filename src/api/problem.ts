import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS, LimberError, type ErrorCode } from '#model/errors.ts';
import { formatBytes } from '#model/quantities.ts';

const PROBLEM_TYPE = 'application/problem+json';
const BUSY_RETRY_SECONDS = 1;
const DRAINING_RETRY_SECONDS = 30;

/** Others have what it needs. */
const BUSY = new Set<ErrorCode>([
  'overloaded',
  'reading-busy',
  'capacity-exhausted',
  'tenant-quota-exceeded',
]);

/** Every failure as a problem document of RFC 9457, from the one catalogue. */
export function answerProblem(
  error: FastifyError | LimberError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = knownError(error, request);
  const problem = problemOf(known);
  const { status, retryAfterSeconds } = problem;
  if (status >= 500 && known.code === 'internal') request.log.error({ err: error }, 'defect');
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send({ ...problem, instance: request.url.split('?')[0] });
}

/** What is not even HTTP, or more of it than anybody reads. The connection ends with the answer. */
export function answerBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = problemOf(brokenRequest(error));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\ncontent-type: ${PROBLEM_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function brokenRequest(error: Error & { readonly code?: string }): LimberError {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new LimberError('head-too-large', { max: formatBytes(maxHeaderSize) });
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new LimberError('request-slow', {});
  return new LimberError('request-invalid', { problem: 'it is not HTTP' }, { cause: error });
}

function problemOf({ code, message, details }: LimberError) {
  const { httpStatus } = ERRORS[code];
  const retryAfterSeconds = retryAfter(code, details);
  return {
    type: `urn:limber:problem:${code}`,
    title: code.replaceAll('-', ' '),
    // Codes that end a run are no failures of a request: as one, they are a defect.
    status: httpStatus < 400 ? 500 : httpStatus,
    detail: message,
    code,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

export function unknownRoute({ method, url }: FastifyRequest): LimberError {
  return new LimberError('route-unknown', { method, path: url.split('?')[0] ?? '' });
}

/** The framework's own errors, translated once. */
function knownError(error: FastifyError | LimberError, request: FastifyRequest): LimberError {
  if (isDiskFull(error)) return diskFull(error);
  if (error instanceof LimberError) return error;
  const got = request.headers['content-type'] ?? 'nothing';
  const max = formatBytes(request.routeOptions?.bodyLimit ?? 0);
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
