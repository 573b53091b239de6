import type { ComplexityProfile, RecursionKind } from '#model/complexity.ts';
import type { LiveLoop, ProbeLook } from '#model/probe.ts';
import { formatBytes } from '#model/quantities.ts';
import type { Sample } from '#model/sample.ts';
import type { Site } from '#model/site.ts';

/** What grows by the code is given this much of its growth at once, or, where looks are rarer, that of the time between two: fewer, larger, earlier steps. */
const SHORTEST_LEAD_MS = 500;
const SMALLEST_BYTES = 4 * 2 ** 20;
const DEEPER = 1.05;
/** Less of what the rounds since the last look should have added is no growth as the code lets expect. */
const LEAST_TRUE = 0.25;
const MOST_BYTES = 2 ** 46;

export type Growth = { readonly bytes: number; readonly text: string };

type GrowthSite = Site & { readonly kind: 'growth' };
type Seen = { readonly look: ProbeLook; readonly bytes: number; readonly atMs: number };

/**
 * Memory that the code is seen to be building: a container that grows in the loop under way, and
 * recursion that branches or goes deeper. Lifecycle: see (each look) → growth.
 */
export class GrowthAhead {
  readonly #sites: readonly GrowthSite[];
  readonly #recursion = new Map<string, RecursionKind>();
  #before: Seen | undefined;
  #growth: Growth | undefined;
  #untilMs = 0;

  constructor({ sites = [], functions }: ComplexityProfile) {
    this.#sites = sites.filter((site): site is GrowthSite => site.kind === 'growth');
    for (const { name, recursion } of functions)
      this.#recursion.set(name.slice(name.lastIndexOf('.') + 1), recursion);
  }

  see(look: ProbeLook, sample: Sample, nowMs: number): void {
    const before = this.#before;
    const now = { look, bytes: sample.memoryWorkingSetBytes, atMs: nowMs };
    this.#before = now;
    this.#growth = undefined;
    if (before === undefined || before.look.pid !== look.pid || nowMs <= before.atMs) return;
    this.#untilMs = nowMs + leadMs(before, now);
    const found = [this.#inLoop(before, now), this.#inRecursion(before, now)];
    for (const growth of found)
      if (growth !== undefined && growth.bytes > (this.#growth?.bytes ?? SMALLEST_BYTES))
        this.#growth = { ...growth, bytes: Math.min(growth.bytes, MOST_BYTES) };
  }

  /** What the containers that grow in it gain in each round of a loop; undefined where none does. */
  bytesPerRound(loopLine: number): number | undefined {
    const inLoop = this.#sites.filter((site) => site.loopLine === loopLine);
    if (inLoop.length === 0) return undefined;
    return inLoop.reduce((sum, site) => sum + site.bytesPerRound, 0);
  }

  /** What will be added to what was held at the look, for as long as that looked ahead. */
  growth(nowMs: number): Growth | undefined {
    return nowMs <= this.#untilMs ? this.#growth : undefined;
  }

  /**
   * Example: 400 KB a round, 300 rounds a second, 870 rounds to go: 60 MB for half a second. Unless the
   * last rounds added next to nothing: a table of counts meets the same words again.
   */
  #inLoop(before: Seen, now: Seen): Growth | undefined {
    let largest: Growth | undefined;
    for (const loop of now.look.loops)
      for (const site of this.#sites) {
        if (site.loopLine !== loop.firstLine) continue;
        const done = roundsBetween(loop, before);
        const soon = (done / (now.atMs - before.atMs)) * leadMs(before, now);
        const rounds = Math.min(loop.total - loop.done, soon);
        const bytes = rounds * addedPerRound(site, done, now.bytes - before.bytes);
        if (bytes > (largest?.bytes ?? 0)) largest = { bytes, text: loopText(site, loop) };
      }
    return largest;
  }

  #inRecursion(before: Seen, now: Seen): Growth | undefined {
    const [deepest] = now.look.recursion;
    if (deepest === undefined) return undefined;
    const kind = this.#recursion.get(deepest.function);
    const grown = now.bytes - before.bytes;
    if (kind === undefined || kind === 'none' || grown <= 0) return undefined;
    const { recursion } = before.look;
    // What was taken while another function recursed is not its own.
    if (recursion.length > 0 && recursion.every((each) => each.function !== deepest.function))
      return undefined;
    const text = `${deepest.function} recurses, ${deepest.times} deep, and grew by ${formatBytes(grown)}`;
    if (kind === 'branching') {
      const bytesPerMs = grown / (now.atMs - before.atMs);
      return { bytes: bytesPerMs * leadMs(before, now), text };
    }
    const { depth } = now.look;
    if (depth < before.look.depth * DEEPER) return undefined;
    // As deep again as it is now.
    return { bytes: (grown / (depth - before.look.depth)) * depth, text };
  }
}

function leadMs(before: Seen, now: Seen): number {
  return Math.max(SHORTEST_LEAD_MS, now.atMs - before.atMs);
}

/** Rounds since the last look; all of them where the loop has only just begun. */
function roundsBetween(loop: LiveLoop, before: Seen): number {
  const known = before.look.loops.find(({ firstLine }) => firstLine === loop.firstLine);
  const isSame = known !== undefined && known.done <= loop.done && known.total === loop.total;
  return isSame ? loop.done - known.done : loop.done;
}

/** As the code says, unless the rounds that were seen say otherwise. */
function addedPerRound({ bytesPerRound }: GrowthSite, rounds: number, grownBytes: number): number {
  const foretold = rounds * bytesPerRound;
  const isRefuted = foretold > SMALLEST_BYTES && grownBytes < foretold * LEAST_TRUE;
  return isRefuted ? Math.max(0, grownBytes) / rounds : bytesPerRound;
}

function loopText({ what, line, bytesPerRound }: GrowthSite, { done, total }: LiveLoop): string {
  const rounds = `${Math.round(done)} of ${Math.round(total)} rounds`;
  return `${what} in line ${line} grows by ${formatBytes(bytesPerRound)} a round, ${rounds} are done`;
}
