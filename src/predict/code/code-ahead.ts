import type { Ahead } from '#model/ahead.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { KnownInput } from '#model/known-input.ts';
import type { ProbeLook } from '#model/probe.ts';
import type { Sample } from '#model/sample.ts';
import type { Site } from '#model/site.ts';
import { CodeMap, loopFrom } from './code-map.ts';
import { following, type CodeFrame } from './following.ts';
import { GrowthAhead } from './growth-ahead.ts';
import { LiveValues } from './live-values.ts';
import { burstLinesOf } from './burst-lines.ts';
import { comesNext, NO_WISHES, runs, wishesOf, type SiteWishes, type Wish } from './site-wishes.ts';

/** A reading and a resize, and what a probe is late by. */
const MEMORY_LEAD_MS = 60;
const CPU_LEAD_MS = 15;
/** A line that was not seen before is believed to be left until the next look. */
const FIRST_LOOK_MS = 50;
/** Giving CPU back for less than this is not worth the raise that follows. */
const SHORTEST_IDLE_MS = 150;
/** CPU time within a reading that shows that something ran; a probe's own look takes less. */
const RAN_MS = 1;

export type CodeView = {
  readonly look: ProbeLook;
  /** The frames of the program's own script, innermost first. */
  readonly frames: readonly CodeFrame[];
  /** Until the oldest call under way is likely to be answered; NaN where nothing is known. */
  readonly answerLeftMs: number;
};

type Wait = Site & { readonly kind: 'wait' };

/**
 * What the code says of the next moments on a first run, before anything was learned: which sites can
 * follow from where the run is, how likely, and when. What lasts (a sleep of known length, a call whose
 * answers took so long before, a loop whose progress is read) says when the run will go on; a line
 * that is new is soon left.
 * Lifecycle: see (whenever a probe has spoken), observe (each reading) → ahead; lose at its end.
 */
export class CodeAhead {
  readonly #map: CodeMap;
  readonly #values: LiveValues;
  readonly #burstLines: ReadonlySet<number>;
  readonly #mostCores: number;
  readonly #growth: GrowthAhead;
  #place = '';
  #seenMs = 0;
  #lastRanMs = 0;
  #bytesAtEntry = 0;
  #bytesAtLook = 0;
  #wishes: SiteWishes = NO_WISHES;
  #here: SiteWishes = NO_WISHES;
  #behindLoop: SiteWishes = NO_WISHES;
  #wait: Wait | undefined;
  /** When what lasts is over; NaN while nothing says so. */
  #overAtMs = Number.NaN;
  #isWaiting = false;

  constructor(given: {
    readonly profile: ComplexityProfile;
    readonly input: KnownInput;
    readonly mostCores: number;
  }) {
    this.#map = new CodeMap(given.profile);
    this.#values = new LiveValues(given.profile, given.input);
    this.#burstLines = burstLinesOf(given.profile);
    this.#mostCores = given.mostCores;
    this.#growth = new GrowthAhead(given.profile);
  }

  /** From module level, before a probe has spoken. */
  begin(nowMs: number): void {
    this.#seenMs = nowMs;
    this.#wishes = this.#wishesFrom([{ function: '', line: 0 }]);
  }

  observe({ atMs, intervalMs, cpuCoresUsed }: Sample): void {
    if (cpuCoresUsed * intervalMs > RAN_MS) this.#lastRanMs = atMs;
  }

  see({ look, frames, answerLeftMs }: CodeView, sample: Sample, nowMs: number): void {
    const [frame] = frames;
    if (frame === undefined) return this.lose();
    this.#values.see(look);
    this.#growth.see(look, sample, nowMs);
    this.#enter(`${frame.function}:${frame.line}`, sample, nowMs);
    this.#isWaiting = look.state === 'waiting';
    this.#bytesAtLook = sample.memoryWorkingSetBytes;
    const sites = this.#map.at(frame.function, frame.line);
    this.#wishes = this.#wishesFrom(frames);
    this.#here = this.#wishesAt(sites);
    this.#behindLoop = this.#wishesBehind(look.loops.at(-1)?.firstLine, frames);
    this.#wait = sites.find((site): site is Wait => site.kind === 'wait');
    this.#overAtMs = this.#overAt(answerLeftMs, nowMs);
  }

  /** No probe speaks any more. */
  lose(): void {
    this.#place = '';
    this.#wishes = this.#here = this.#behindLoop = NO_WISHES;
    this.#wait = undefined;
    this.#overAtMs = Number.NaN;
    this.#isWaiting = false;
  }

  /** `loopLeftMs`: until the outermost loop whose progress is read ends; infinite where none is. */
  ahead(nowMs: number, loopLeftMs: number, into: Ahead): void {
    this.#runsNow(nowMs, into);
    const baseBytes = this.#bytesAtLook;
    prepare({ wishes: this.#wishes, leftMs: this.#leftMs(nowMs), baseBytes, into });
    prepare({ wishes: this.#behindLoop, leftMs: loopLeftMs, baseBytes, into });
    this.#growing(loopLeftMs, into);
    this.#giveBack(nowMs, into);
  }

  /** When it should be asked again. */
  nextMs(nowMs: number): number {
    const leadMs = [MEMORY_LEAD_MS, CPU_LEAD_MS].find((each) => this.#overAtMs - each > nowMs);
    return leadMs === undefined ? Number.POSITIVE_INFINITY : this.#overAtMs - leadMs;
  }

  #enter(place: string, sample: Sample, nowMs: number): void {
    if (place === this.#place) return;
    this.#place = place;
    this.#seenMs = nowMs;
    // What is allocated in one go is seen when it is over, and counts from before.
    this.#bytesAtEntry = Math.min(sample.memoryWorkingSetBytes, this.#bytesAtLook);
  }

  #wishesFrom(frames: readonly CodeFrame[]): SiteWishes {
    return wishesOf(following(this.#map, frames), this.#context());
  }

  #wishesAt(sites: readonly Site[]): SiteWishes {
    return wishesOf(
      sites.map((site) => ({ site, chance: 1 })),
      this.#context(),
    );
  }

  #context() {
    return {
      values: this.#values,
      mostCores: this.#mostCores,
      burstLines: this.#burstLines,
    };
  }

  /** A sleep began when something last ran, and lasts as long as the code says. */
  #overAt(answerLeftMs: number, nowMs: number): number {
    if (!this.#isWaiting) return Number.NaN;
    const seconds = this.#wait?.seconds;
    const overAtMs =
      seconds === undefined ? nowMs + answerLeftMs : this.#lastRanMs + seconds * 1000;
    return overAtMs >= nowMs ? overAtMs : Number.NaN;
  }

  #wishesBehind(loopLine: number | undefined, frames: readonly CodeFrame[]): SiteWishes {
    if (loopLine === undefined) return NO_WISHES;
    for (const [index, { function: name, line }] of frames.entries()) {
      const loop = loopFrom(this.#map.of(name).loops, loopLine);
      if (loop === undefined || line < loop.startLine || line > loop.endLine) continue;
      // Between its last line and the next.
      const behind = { function: name, line: loop.endLine + 0.5 };
      return this.#wishesFrom([behind, ...frames.slice(index + 1)]);
    }
    return NO_WISHES;
  }

  #leftMs(nowMs: number): number {
    if (!Number.isNaN(this.#overAtMs)) return Math.max(0, this.#overAtMs - nowMs);
    const isNew = nowMs - this.#seenMs <= FIRST_LOOK_MS;
    return isNew && !this.#isWaiting ? 0 : Number.POSITIVE_INFINITY;
  }

  /** Until the progress of the loop is known, which tells better. */
  #growing(loopLeftMs: number, into: Ahead): void {
    const growth = this.#growth.growth();
    if (growth === undefined || this.#isWaiting || Number.isFinite(loopLeftMs)) return;
    wantMemory(into, this.#bytesAtLook + growth.bytes, growth.text);
  }

  /** The site that the run was last seen at. */
  #runsNow(nowMs: number, into: Ahead): void {
    const { memoryBytes, cpuCores } = this.#here;
    if (this.#isWaiting) return;
    if (memoryBytes !== undefined)
      wantMemory(into, this.#bytesAtEntry + memoryBytes.amount, runs(memoryBytes));
    if (cpuCores !== undefined && nowMs - this.#seenMs <= FIRST_LOOK_MS)
      wantCpu(into, cpuCores.amount, runs(cpuCores));
  }

  /** A sleep whose length the code says gives CPU back as soon as it is seen. */
  #giveBack(nowMs: number, into: Ahead): void {
    if (this.#wait?.seconds === undefined || into.cpuIdle || into.cpuCores > 0) return;
    if (!(this.#overAtMs - nowMs >= SHORTEST_IDLE_MS)) return;
    into.cpuIdle = true;
    into.cpuIdleText = waitText(this.#wait);
  }
}

function prepare(given: {
  readonly wishes: SiteWishes;
  readonly leftMs: number;
  /** What was held when the run was last seen: what is allocated since is what was expected. */
  readonly baseBytes: number;
  readonly into: Ahead;
}): void {
  const { leftMs, baseBytes, into } = given;
  const { memoryBytes, cpuCores, networkBitsPerSecond } = given.wishes;
  if (leftMs > MEMORY_LEAD_MS) return;
  if (memoryBytes !== undefined)
    wantMemory(into, baseBytes + memoryBytes.amount, comesNext(memoryBytes));
  if (networkBitsPerSecond !== undefined) wantNetwork(into, networkBitsPerSecond);
  if (cpuCores !== undefined && leftMs <= CPU_LEAD_MS)
    wantCpu(into, cpuCores.amount, comesNext(cpuCores));
}

function wantMemory(into: Ahead, bytes: number, text: string): void {
  if (bytes <= into.memoryBytes) return;
  into.memoryBytes = bytes;
  into.memorySource = 'prior';
  into.memoryText = text;
}

function wantCpu(into: Ahead, cores: number, text: string): void {
  if (cores <= into.cpuCores) return;
  into.cpuCores = cores;
  into.cpuSource = 'prior';
  into.cpuText = text;
}

function wantNetwork(into: Ahead, wish: Wish): void {
  if (wish.amount <= into.ingressBitsPerSecond) return;
  into.ingressBitsPerSecond = wish.amount;
  into.networkText = comesNext(wish);
}

function waitText({ what, line, seconds }: Wait): string {
  return `${what} of ${seconds} s in line ${line}`;
}
