import type { ErrorCode } from '#model/errors.ts';

/** A code of the catalogue; a newer server may have others. */
export type ProblemCode = ErrorCode | (string & {});

/** What the server answers when something went wrong (RFC 9457). */
export class LimberProblem extends Error {
  override readonly name = 'LimberProblem';
  /** HTTP status. */
  readonly status: number;
  readonly code: ProblemCode;
  /** What was expected, what was got, and what to do; also the message. */
  readonly detail: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly retryAfterSeconds?: number | undefined;
  }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.retryAfterSeconds = problem.retryAfterSeconds;
  }
}

/** Nobody answers at the address, or the connection broke; `cause` says how. */
export class LimberUnreachable extends Error {
  override readonly name = 'LimberUnreachable';
  readonly url: string;

  constructor(url: string, cause: unknown) {
    super(`Cannot reach ${url}: ${reasonOf(cause)}. Is limber serve running there?`, { cause });
    this.url = url;
  }
}

export async function problemOf(response: Response): Promise<LimberProblem> {
  const { status } = response;
  const text = await response.text().catch(() => '');
  const retryAfterSeconds = secondsOf(response.headers.get('retry-after'));
  try {
    const { code, detail } = JSON.parse(text) as {
      readonly code?: string;
      readonly detail?: string;
    };
    if (code !== undefined && detail !== undefined)
      return new LimberProblem({ status, code, detail, retryAfterSeconds });
  } catch {
    // Not from Limber: something between it and here answered.
  }
  const detail = `${response.url} answered with ${status}, which no Limber says: ${text.slice(0, 200)}`;
  return new LimberProblem({ status, code: 'unknown', detail, retryAfterSeconds });
}

function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** The runtime hides it: `fetch failed`, because of `connect ECONNREFUSED …`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== ''
    ? error.cause.message
    : error.message;
}
