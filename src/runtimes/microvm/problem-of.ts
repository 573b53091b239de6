import { LimberError } from '#model/errors.ts';

/** What went wrong, without the sentence that says what could not be done for it. */
export function problemOf(error: unknown): string {
  const { problem } = error instanceof LimberError ? error.details : {};
  return String(problem ?? (error as Error).message);
}
