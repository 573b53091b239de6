import { CommanderError } from 'commander';
import type { Handlers, RemoteHandlers } from './handlers.ts';
import { printError } from './print-error.ts';
import { buildProgram } from './program.ts';
import type { Caller } from './run-options.ts';
import { toUsageError } from './usage-error.ts';

export type CommandLine = {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly handlers: Handlers;
  readonly remote?: RemoteHandlers;
  readonly version: string;
  readonly env: Caller['env'];
  /** Where relative paths begin; the process's own folder when absent. */
  readonly currentFolder?: string;
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
};

/** Parses, runs the command and tells what went wrong: resolves with Limber's exit code, never rejects. */
export async function runCommandLine(line: CommandLine): Promise<number> {
  let exitCode = 0;
  const { version, env, writeOut: write, remote = async () => ({}) } = line;
  const caller = { env, currentFolder: line.currentFolder ?? process.cwd() };
  const ended = (code: number) => void (exitCode = code);
  const program = buildProgram(line.handlers, { version, caller, ended, write, remote });
  try {
    // Commander would print the help on stderr and fail without saying why.
    const argv = line.argv.length > 0 ? line.argv : ['--help'];
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explainFailure(error, line);
  }
}

function explainFailure(error: unknown, { argv, env, writeErr }: CommandLine): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const cause = error instanceof CommanderError ? toUsageError(error, argv) : error;
  const { text, exitCode } = printError(cause, { debug: env['LIMBER_DEBUG'] === '1' });
  if (text) writeErr(text);
  return exitCode;
}
