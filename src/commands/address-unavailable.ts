import { LimberError } from '#model/errors.ts';

export function addressUnavailable(host: string, port: number, error: unknown): LimberError {
  const problem = error instanceof Error ? error.message : String(error);
  const address = `${host}:${port}`;
  return new LimberError('address-unavailable', { address, problem }, { cause: error });
}
