import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ComplexityProfile } from '#model/complexity.ts';
import { scriptOf, type Submission } from '#model/execution.ts';
import { NOTHING_KNOWN, type KnownInput } from '#model/known-input.ts';

const MOST_FILES = 32;

/**
 * Arguments, and sizes of the files that the code reads whole, as they are before the program starts.
 * Names are looked up where the program will start; in a root file system of its own, nothing is.
 */
export function knownInput(submission: Submission, { sites = [] }: ComplexityProfile): KnownInput {
  const script = scriptOf(submission);
  if (script === undefined) return NOTHING_KNOWN;
  const { args } = script;
  const { rootfs, currentFolder, workingFolder } = submission;
  const fileBytes = new Map<string, number>();
  const isElsewhere = rootfs !== undefined || workingFolder !== undefined;
  for (const name of isElsewhere ? [] : filesNamed(sites, args)) {
    const bytes = fileBytes.size < MOST_FILES ? bytesOf(resolve(currentFolder, name)) : undefined;
    if (bytes !== undefined) fileBytes.set(name, bytes);
  }
  return { arguments: args, fileBytes };
}

function filesNamed(
  sites: NonNullable<ComplexityProfile['sites']>,
  args: readonly string[],
): readonly string[] {
  return sites
    .flatMap((site) =>
      site.kind === 'allocation' && 'expression' in site ? site.expression.times : [],
    )
    .flatMap((factor) => {
      if ('file' in factor) return [factor.file];
      const argument = 'fileArgument' in factor ? args[factor.fileArgument - 1] : undefined;
      return argument === undefined ? [] : [argument];
    });
}

/** Undefined for what is not there yet, and for what is no plain file. */
function bytesOf(path: string): number | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() === true ? found.size : undefined;
  } catch {
    return undefined; // a name that is too long, or a folder that may not be entered
  }
}
