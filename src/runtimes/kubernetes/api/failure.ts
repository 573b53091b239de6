import { LimberError } from '#model/errors.ts';
import type { Request } from './request.ts';
import type { Status } from './types.ts';

/** What the API server refused; `status` is its own answer. */
export class ApiFailure extends LimberError {
  readonly status: Status;
  constructor(request: Request, status: Status) {
    super('kubernetes-refused', {
      verb: WORDS[request.verb],
      what: request.path.replace(/\?.*$/, ''),
      problem: status.message ?? `status ${status.code}`,
      hint: hintFor(status),
    });
    this.name = 'ApiFailure';
    this.status = status;
  }
}

export function failure(request: Request, status: Status): ApiFailure {
  return new ApiFailure(request, status);
}

export function hasStatus(error: unknown, ...codes: readonly number[]): error is ApiFailure {
  return error instanceof ApiFailure && codes.includes(error.status.code ?? 0);
}

/** Undefined instead of an exception for what may have vanished. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

const WORDS = { GET: 'read', POST: 'create', PATCH: 'change', DELETE: 'delete' } as const;

function hintFor({ code }: Status): string {
  if (code === 401) return 'The credentials of the kubeconfig are not accepted.';
  if (code === 403) return '`limber doctor --kubernetes` lists what Limber may not do there.';
  return '`limber doctor --kubernetes` checks what may be wrong.';
}
