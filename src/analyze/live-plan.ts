import type { ComplexityProfile, FunctionProfile, LoopProfile } from '#model/complexity.ts';

const VERSION = 1;
const INTERVAL_MS = 50;
const MOST_LOOPS = 200;
/** A probe reads 64 KiB of it. */
const MOST_BYTES = 60_000;

/**
 * What a probe should follow in a program, as docs/guides/probes.md describes it: the loops whose
 * progress can be read, outer ones first. `file` is the script's name as the program sees it.
 */
export function livePlan(profile: ComplexityProfile, file: string): string {
  const functions: readonly Pick<FunctionProfile, 'name' | 'loops'>[] = [
    { name: '', loops: profile.loops },
    ...profile.functions,
  ];
  const loops = functions
    .flatMap(({ name, loops: own }) => own.map((loop) => ({ name: nameInside(name), loop })))
    .sort((one, other) => one.loop.depth - other.loop.depth)
    .flatMap(({ name, loop }) => planned(loop, name))
    .slice(0, MOST_LOOPS);
  for (let kept = loops.length; ; kept >>= 1) {
    const files = { [file]: { loops: loops.slice(0, kept) } };
    const text = JSON.stringify({ v: VERSION, intervalMs: INTERVAL_MS, files });
    if (kept === 0 || Buffer.byteLength(text) <= MOST_BYTES) return text;
  }
}

/** While it runs, a function that nobody named has no name. */
function nameInside(name: string): string {
  return name.includes('(anonymous') ? '' : name;
}

function planned({ startLine, endLine, kind, live }: LoopProfile, name: string) {
  if (live === undefined || kind === 'comprehension') return [];
  return [{ first: startLine, last: endLine, function: name, ...live }];
}
