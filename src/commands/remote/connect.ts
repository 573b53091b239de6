import { LimberClient, LimberProblem, LimberUnreachable } from '#client/index.ts';
import type { ServerAddress } from '#cli/handlers.ts';
import { ERRORS, LimberError, type ErrorCode } from '#model/errors.ts';
import packageJson from '#package.json' with { type: 'json' };

const { version } = packageJson;

/** A server that answers and speaks this version's language; `warn` is told of lesser differences. */
export async function connect(
  { url, apiKey }: ServerAddress,
  warn: (text: string) => void,
): Promise<LimberClient> {
  const client = new LimberClient({ url, apiKey });
  const { version: theirs } = await client.node.health();
  if (theirs === version) return client;
  if (lineOf(theirs) !== lineOf(version))
    throw new LimberError('server-differs', { url: client.url, theirs, ours: version });
  warn(`limber: the server is version ${theirs}, this is ${version}.`);
  return client;
}

/** What stays compatible: 1.x; before that, 0.3.x. */
function lineOf(text: string): string {
  const [major = '', minor = ''] = text.split('.');
  return major === '0' ? `${major}.${minor}` : major;
}

/** Runs it, with failures in the words and with the exit codes of the catalogue. */
export async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw translation(error);
  }
}

function translation(error: unknown): unknown {
  if (error instanceof LimberUnreachable)
    return new LimberError('server-unreachable', { problem: error.message }, { cause: error });
  return error instanceof LimberProblem ? new RefusedByServer(error) : error;
}

/** In the server's words, with the exit code that the same has here. */
class RefusedByServer extends LimberError {
  readonly #exitCode: number;

  constructor(problem: LimberProblem) {
    const { status, code, detail } = problem;
    const isKey = status === 401 || code === 'scope-missing';
    super(isKey ? 'server-key-refused' : 'server-refused', { detail }, { cause: problem });
    const known = ERRORS[code as ErrorCode] as (typeof ERRORS)[ErrorCode] | undefined;
    this.#exitCode = known?.exitCode ?? ERRORS['server-refused'].exitCode;
  }

  override get exitCode(): number {
    return this.#exitCode;
  }
}
