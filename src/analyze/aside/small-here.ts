import { readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { readHere, type CodeReader } from '#analyze/code-reader.ts';

/** Read in less time than another thread needs to be asked, and within a beat of the loop. */
const SMALL_BYTES = 4096;

/** Small code that stands alone is read in the thread that asks, all other code aside. */
export function smallHere(aside: CodeReader): CodeReader {
  return {
    profileOfProgram: (program) =>
      (standsAlone(program.path) ? readHere : aside).profileOfProgram(program),
    documentOf: (input) => (isSmall(input.source) ? readHere : aside).documentOf(input),
    tokensOf: (source, ...rest) => (isSmall(source) ? readHere : aside).tokensOf(source, ...rest),
  };
}

function isSmall(source: string): boolean {
  return source.length <= SMALL_BYTES;
}

/** Files beside it may be read with it. */
function standsAlone(path: string): boolean {
  const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: Number.POSITIVE_INFINITY };
  return size <= SMALL_BYTES && readdirSync(dirname(path)).length === 1;
}
