import { describe, ERRORS, LimberError } from '#model/errors.ts';
import { oneLine } from './text-table.ts';

/** 128 + SIGPIPE: what a shell reports of a program whose reader went away. */
export const BROKEN_PIPE_EXIT_CODE = 141;

export type PrintedError = {
  /** One or two lines for stderr, each ended; empty when there is nobody to tell. */
  readonly text: string;
  readonly exitCode: number;
};

/** What stderr shows of any thrown value; stacks only for those who ask with LIMBER_DEBUG=1. */
export function printError(error: unknown, { debug }: { readonly debug: boolean }): PrintedError {
  if (isBrokenPipe(error)) return { text: '', exitCode: BROKEN_PIPE_EXIT_CODE };
  const stack = debug && error instanceof Error ? `${stackWithCauses(error)}\n` : '';
  if (error instanceof LimberError) {
    return { text: `${stack}limber: ${error.message}\n`, exitCode: error.exitCode };
  }
  const problem = oneLine(error instanceof Error ? error.message : String(error)).replace(
    /\.$/,
    '',
  );
  const advice = debug ? '' : 'limber: LIMBER_DEBUG=1 shows where it happened.\n';
  return {
    text: `${stack}limber: ${describe('internal', { problem })}\n${advice}`,
    exitCode: ERRORS.internal.exitCode,
  };
}

export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

function stackWithCauses(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error
    ? `${stack}\ncaused by: ${stackWithCauses(error.cause)}`
    : stack;
}
