import type { ComplexityProfile, FunctionProfile, LoopProfile } from '#model/complexity.ts';
import type { LiveQuantity } from '#model/live-quantity.ts';
import type { Site, SizeFactor } from '#model/site.ts';
import { isBrief } from './is-brief.ts';

const VERSION = 1;
const INTERVAL_MS = 50;
const MOST_LOOPS = 200;
const MOST_VALUES = 16;
/** A probe reads 64 KiB of it. */
const MOST_BYTES = 60_000;

/**
 * What a probe should follow in a program, as docs/guides/probes.md describes it: the loops whose
 * progress can be read, outer ones first, the numbers that say how much is allocated, and whether its own
 * code is soon over. `file` is the script's name as the program sees it.
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
  const more = { values: valuesOf(profile), ...(isBrief(profile) && { isBrief: true }) };
  for (let kept = loops.length; ; kept >>= 1) {
    const files = { [file]: { loops: loops.slice(0, kept), ...more } };
    const text = JSON.stringify({ v: VERSION, intervalMs: INTERVAL_MS, files });
    if (kept === 0 || Buffer.byteLength(text) <= MOST_BYTES) return text;
  }
}

type PlannedValue = { readonly function: string } & Exclude<LiveQuantity, number>;

/** What the sizes of allocations and the numbers of workers depend on, each once. */
function valuesOf({ sites = [] }: ComplexityProfile): PlannedValue[] {
  const found = new Map<string, PlannedValue>();
  for (const site of sites)
    for (const quantity of quantitiesOf(site)) {
      if (typeof quantity === 'number' || !('name' in quantity || 'length' in quantity)) continue;
      const value = { function: nameInside(site.function), ...quantity };
      found.set(JSON.stringify(value), value);
    }
  return [...found.values()].slice(0, MOST_VALUES);
}

function quantitiesOf(site: Site): readonly (LiveQuantity | SizeFactor)[] {
  if (site.kind === 'parallel') return site.cores === undefined ? [] : [site.cores];
  return site.kind === 'allocation' && 'expression' in site ? site.expression.times : [];
}

/** While it runs, a function that nobody named has no name. */
function nameInside(name: string): string {
  return name.includes('(anonymous') ? '' : name;
}

function planned({ startLine, endLine, kind, live }: LoopProfile, name: string) {
  if (live === undefined || kind === 'comprehension') return [];
  return [{ first: startLine, last: endLine, function: name, ...live }];
}
