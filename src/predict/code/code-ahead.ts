import { claimCpu, claimMemory, type Ahead } from '#model/ahead.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { KnownInput } from '#model/known-input.ts';
import type { LiveLoop, ProbeLook } from '#model/probe.ts';
import { isSameFile } from '#model/same-file.ts';
import type { Sample } from '#model/sample.ts';
import type { Site } from '#model/site.ts';
import { CodeMap, loopFrom } from './code-map.ts';
import { following, type CodeFrame } from './following.ts';
import { GrowthAhead } from './growth-ahead.ts';
import { HeldMemory } from './held-memory.ts';
import { LastingWait } from './lasting-wait.ts';
import { LiveValues } from './live-values.ts';
import { burstLinesOf } from './burst-lines.ts';
import { leadsFor, prepare, type Leads } from './raise-wishes.ts';
import { NO_WISHES, runs, wishesOf, type SiteWishes } from './site-wishes.ts';

/** A line that was not seen before is believed to be left until the next look. */
const FIRST_LOOK_MS = 50;
/** Less than two looks are apart: what grew between them grew although the run waited. */
const BRIEF_MS = 50;
/** Where a resize takes longer, one core, too, is prepared. */
const QUICK_MS = 10;

export type CodeView = {
  readonly look: ProbeLook;
  /** The frames of the program's own script, innermost first. */
  readonly frames: readonly CodeFrame[];
  /** Until the oldest call under way is likely to be answered; NaN where nothing is known. */
  readonly answerLeftMs: number;
};

/**
 * What the code says of the next moments on a first run, before anything was learned: which sites can
 * follow from where the run is, how likely, and when. What lasts (a sleep of known length, a call whose
 * answers took so long before, a loop whose progress is read) says when the run will go on; a line
 * that is new is soon left.
 * Lifecycle: see (whenever a probe has spoken), observe (each reading) → ahead; lose at its end.
 */
export class CodeAhead {
  /** More are never given. */
  mostCores: number;
  /** Undefined where it is in none. */
  readonly #file: string | undefined;
  readonly #map: CodeMap;
  readonly #values: LiveValues;
  readonly #burstLines: ReadonlySet<number>;
  readonly #growth: GrowthAhead;
  readonly #leads: Leads;
  readonly #isQuick: boolean;
  #place = '';
  #seenMs = 0;
  #bytesAtEntry = 0;
  #bytesAtLook = 0;
  #bytesAtGrowth = 0;
  #wishes: SiteWishes = NO_WISHES;
  #here: SiteWishes = NO_WISHES;
  #behindLoop: SiteWishes = NO_WISHES;
  readonly #wait: LastingWait;
  readonly #held = new HeldMemory();

  constructor(given: {
    readonly profile: ComplexityProfile;
    readonly input: KnownInput;
    readonly mostCores: number;
    /** How long a resize takes. */
    readonly actuationMs: number;
  }) {
    this.#file = given.profile.file;
    this.#map = new CodeMap(given.profile);
    this.#values = new LiveValues(given.profile, given.input);
    this.#burstLines = burstLinesOf(given.profile);
    this.mostCores = given.mostCores;
    this.#growth = new GrowthAhead(given.profile);
    this.#leads = leadsFor(given.actuationMs);
    this.#wait = new LastingWait(given.actuationMs);
    this.#isQuick = given.actuationMs <= QUICK_MS;
  }

  /** From module level, before a probe has spoken. */
  begin(nowMs: number): void {
    this.#seenMs = nowMs;
    this.#wishes = this.#wishesFrom([{ function: '', line: 0 }]);
  }

  observe(sample: Sample): void {
    this.#wait.observe(sample);
  }

  see({ look, frames, answerLeftMs }: CodeView, sample: Sample, nowMs: number): void {
    const [frame] = frames;
    if (frame === undefined) return this.lose();
    const loops = look.loops.filter((loop) => this.#isOwn(loop));
    this.#values.see({ ...look, loops });
    if (!look.isGlance) {
      this.#growth.see({ ...look, loops }, sample, nowMs);
      this.#bytesAtGrowth = sample.memoryWorkingSetBytes;
    }
    this.#enter(`${frame.function}:${frame.line}`, sample, nowMs);
    this.#bytesAtLook = sample.memoryWorkingSetBytes;
    const sites = this.#map.at(frame.function, frame.line);
    this.#wishes = this.#wishesFrom(frames);
    this.#here = this.#wishesAt(sites);
    this.#behindLoop = this.#wishesBehind(look.loops.at(-1), frames);
    this.#held.see([this.#wishes, this.#behindLoop]);
    this.#wait.see({ isUnderWay: look.state === 'waiting', sites, answerLeftMs }, nowMs);
  }

  /** No probe speaks any more. */
  lose(): void {
    this.#place = '';
    this.#wishes = this.#here = this.#behindLoop = NO_WISHES;
    this.#wait.lose();
  }

  /** What its growth sites say that a round of a loop adds; undefined where they say nothing. */
  bytesPerRound(loop: LiveLoop): number | undefined {
    return this.#isOwn(loop) ? this.#growth.bytesPerRound(loop.firstLine) : undefined;
  }

  /** `loopLeftMs`: until the outermost loop whose progress is read ends; infinite where none is. */
  ahead(nowMs: number, loopLeftMs: number, into: Ahead): void {
    this.#runsNow(nowMs, into);
    const leftMs = this.#leftMs(nowMs);
    this.#prepare(this.#wishes, { leftMs, nowMs, into });
    this.#prepare(this.#behindLoop, { leftMs: loopLeftMs, nowMs, into });
    into.heldMemoryBytes = this.#held.bytes(leftMs, nowMs);
    this.#growing(nowMs, loopLeftMs, into);
    this.#wakes(leftMs, into);
    this.#wait.giveBack(nowMs, into);
  }

  /** When it should be asked again. */
  nextMs(nowMs: number): number {
    return this.#wait.nextMs(nowMs, [this.#leads.memoryMs, this.#leads.cpuMs]);
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
      mostCores: this.mostCores,
      burstLines: this.#burstLines,
    };
  }

  /** Loops of other files may begin in the same lines. */
  #isOwn({ file }: LiveLoop): boolean {
    return this.#file !== undefined && isSameFile(file, this.#file);
  }

  #wishesBehind(live: LiveLoop | undefined, frames: readonly CodeFrame[]): SiteWishes {
    if (live === undefined || !this.#isOwn(live)) return NO_WISHES;
    for (const [index, { function: name, line }] of frames.entries()) {
      const loop = loopFrom(this.#map.of(name).loops, live.firstLine);
      if (loop === undefined || line < loop.startLine || line > loop.endLine) continue;
      // Between its last line and the next.
      const behind = { function: name, line: loop.endLine + 0.5 };
      return this.#wishesFrom([behind, ...frames.slice(index + 1)]);
    }
    return NO_WISHES;
  }

  #prepare(
    wishes: SiteWishes,
    at: { readonly leftMs: number; readonly nowMs: number; readonly into: Ahead },
  ): void {
    if (wishes === NO_WISHES) return;
    const baseBytes = this.#bytesAtLook;
    const { memoryBytes } = wishes;
    prepare({ wishes, baseBytes, leads: this.#leads, ...at });
    if (memoryBytes !== undefined && at.leftMs <= this.#leads.memoryMs)
      this.#held.hold(memoryBytes, baseBytes + memoryBytes.amount, at.nowMs);
  }

  #leftMs(nowMs: number): number {
    const waitLeftMs = this.#wait.leftMs(nowMs);
    if (!Number.isNaN(waitLeftMs)) return waitLeftMs;
    const isNew = nowMs - this.#seenMs <= FIRST_LOOK_MS;
    return isNew && !this.#wait.isUnderWay ? 0 : Number.POSITIVE_INFINITY;
  }

  /** Whatever follows a wait runs on one core, which is given to whoever asks, unless that takes too long. */
  #wakes(leftMs: number, into: Ahead): void {
    if (this.#isQuick || !this.#wait.isUnderWay || leftMs > this.#leads.cpuMs) return;
    claimCpu(into, 'prior', 1, `${this.#wait.text} is soon over`);
  }

  /** Until the progress of the loop is known, which tells better. */
  #growing(nowMs: number, loopLeftMs: number, into: Ahead): void {
    const growth = this.#growth.growth(nowMs);
    if (growth === undefined || Number.isFinite(loopLeftMs) || this.#wait.mayLast(BRIEF_MS)) return;
    claimMemory(into, 'prior', this.#bytesAtGrowth + growth.bytes, growth.text);
  }

  /** The site that the run was last seen at. */
  #runsNow(nowMs: number, into: Ahead): void {
    const { memoryBytes, cpuCores } = this.#here;
    if (this.#wait.isUnderWay) return;
    if (memoryBytes !== undefined)
      claimMemory(into, 'prior', this.#bytesAtEntry + memoryBytes.amount, runs(memoryBytes));
    if (cpuCores !== undefined && nowMs - this.#seenMs <= FIRST_LOOK_MS)
      claimCpu(into, 'prior', cpuCores.amount, runs(cpuCores));
  }
}
