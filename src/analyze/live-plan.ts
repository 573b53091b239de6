import type { ComplexityProfile, LoopProfile } from '#model/complexity.ts';

const VERSION = 1;
const INTERVAL_MS = 50;
const MOST_LOOPS = 200;
const MOST_BYTES = 60_000;

/**
 * What a probe should follow in a program, as docs/guides/probes.md describes it: the loops whose
 * progress can be read. `file` is the script's name as the program sees it.
 */
export function livePlan(profile: ComplexityProfile, file: string): string {
  const loops = [
    ...profile.loops.flatMap((loop) => planned(loop, '')),
    ...profile.functions.flatMap((each) => each.loops.flatMap((loop) => planned(loop, each.name))),
  ].slice(0, MOST_LOOPS);
  const text = JSON.stringify({
    v: VERSION,
    intervalMs: INTERVAL_MS,
    files: { [file]: { loops } },
  });
  return text.length <= MOST_BYTES
    ? text
    : JSON.stringify({ v: VERSION, intervalMs: INTERVAL_MS, files: {} });
}

function planned({ startLine, endLine, kind, live }: LoopProfile, name: string) {
  if (live === undefined || kind === 'comprehension') return [];
  return [{ first: startLine, last: endLine, function: name, ...live }];
}
