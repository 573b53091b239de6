import { writeFileSync } from 'node:fs';
import { exitCodeOf, openOutput } from '#cli/streams.ts';
import { LimberError } from '#model/errors.ts';

const STDOUT = 1;

/** What a command prints; resolves with its exit code, 141 where nobody reads. */
export async function print(text: string | Uint8Array): Promise<number> {
  const stdout = openOutput(STDOUT);
  await stdout.write(text);
  return exitCodeOf(stdout);
}

/** Throws `report-unwritable`. */
export function writeReport(path: string, text: string | Uint8Array): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new LimberError('report-unwritable', { path, problem }, { cause: error });
  }
}
