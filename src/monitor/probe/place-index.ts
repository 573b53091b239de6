import { dirname, isAbsolute } from 'node:path';
import type { ComplexityProfile, FunctionProfile, LoopProfile } from '#model/complexity.ts';
import type { PhasePlace } from '#model/phase.ts';
import type { Place } from '#model/probe.ts';
import { isSameFile } from '#model/same-file.ts';

/** Folders that hold what others wrote, wherever they are. */
const LIBRARIES = /\/(?:node_modules|site-packages|dist-packages|lib\/python\d[^/]*)\//;

/** What the static profile says of a live place. */
export type KnownPlace = {
  readonly place: PhasePlace;
  readonly function: FunctionProfile | undefined;
  /** The outermost loop of the function around the line. */
  readonly loop: LoopProfile | undefined;
  /** What of the stack is in the script that was read, with the profile's names; innermost first. */
  readonly frames: readonly { readonly function: string; readonly line: number }[];
};

export type PlaceIndex = { readonly find: (stack: readonly Place[]) => KnownPlace | undefined };

/**
 * Finds for a live stack the phase that the run is in: in its innermost frame of the program's own
 * code the outermost loop around the line, because that is what lasts, else the line itself.
 */
export function indexPlaces(profile: ComplexityProfile): PlaceIndex {
  const { file: script } = profile;
  const inScript = (place: Place) => script !== undefined && isSameFile(place.file, script);
  const isOwn = ownIn(script);

  function find(stack: readonly Place[]): KnownPlace | undefined {
    const own = stack.filter(isOwn);
    const innermost = own[0];
    if (innermost === undefined) return undefined;
    const known = inScript(innermost) ? functionAt(profile, innermost) : undefined;
    const around = inScript(innermost) ? loopsAt(profile, known, innermost) : [];
    const loop = around[0];
    const loopDepth = own.reduce(
      (depth, place) =>
        depth + (inScript(place) ? loopsAt(profile, functionAt(profile, place), place).length : 0),
      0,
    );
    const line = loop?.startLine ?? innermost.line;
    const name = known?.name ?? moduleLevel(innermost.function);
    const place: PhasePlace = {
      file: innermost.file,
      function: name,
      line,
      isLoop: loop !== undefined,
      loopDepth,
      key: `${innermost.file}:${name}:${line}`,
    };
    const frames = own.filter(inScript).map((each) => ({
      function: functionAt(profile, each)?.name ?? '',
      line: each.line,
    }));
    return { place, function: known, loop, frames };
  }

  return { find };
}

/**
 * Files below the working folder are given relative to it, those beside a script from elsewhere as
 * they are; libraries are in other places, or in folders of their own.
 */
function ownIn(script: string | undefined): (place: Place) => boolean {
  const folder = script !== undefined && isAbsolute(script) ? `${dirname(script)}/` : undefined;
  return ({ file }) => {
    if (!file.startsWith('/')) return !file.startsWith('<') && !file.startsWith('node:');
    return folder !== undefined && file.startsWith(folder) && !LIBRARIES.test(file);
  };
}

function moduleLevel(name: string): string {
  return name === '<module>' || name === '' ? '' : name;
}

/** The innermost function of the profile around a line. */
function functionAt(
  { functions }: ComplexityProfile,
  { line }: Place,
): FunctionProfile | undefined {
  let found: FunctionProfile | undefined;
  for (const candidate of functions)
    if (
      candidate.startLine <= line &&
      line <= candidate.endLine &&
      (found === undefined || candidate.startLine >= found.startLine)
    )
      found = candidate;
  return found;
}

/** Loops around a line, outermost first. */
function loopsAt(
  profile: ComplexityProfile,
  within: FunctionProfile | undefined,
  { line }: Place,
): readonly LoopProfile[] {
  return (within ?? profile).loops
    .filter(
      ({ startLine, endLine, kind }) =>
        startLine <= line && line <= endLine && kind !== 'comprehension',
    )
    .sort((one, other) => one.depth - other.depth);
}
