import { LimberError } from '#model/errors.ts';

/** Where something is wrong with a trace, and what. */
export type Problem = {
  readonly path: string;
  readonly line: number;
  readonly expected: string;
  readonly got: string;
  readonly hint?: string;
};

const FORMATS = 'See `limber simulate --help` for the formats.';
const LONGEST_QUOTE = 60;

export function invalidTrace({ path, line, expected, got, hint = FORMATS }: Problem): LimberError {
  const shown = got.length > LONGEST_QUOTE ? `${got.slice(0, LONGEST_QUOTE)}…` : got;
  return new LimberError('trace-invalid', { path, line, expected, got: shown, hint });
}
