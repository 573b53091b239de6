import type { Ahead } from '#model/ahead.ts';
import { clearAhead } from '#model/ahead.ts';
import type { Allocation } from '#model/allocation.ts';
import { formatBytes } from '#model/quantities.ts';
import type { PlaceHistory } from '#model/phase.ts';
import type { ProbeLook } from '#model/probe.ts';
import type { Sample } from '#model/sample.ts';
import type { CodeAhead, CodeView } from './code/code-ahead.ts';
import { CallBurst } from './call-burst.ts';
import { ContainerGrowth } from './container-growth.ts';
import { nextPlaceMs, placesAhead, waitAhead } from './places-ahead.ts';
import { Places } from './places.ts';
import { Progress, type ProgressForecast } from './progress.ts';
import { raiseMemory } from './raise-ahead.ts';

/** What a loop will add is reserved this far ahead, in fewer and larger steps. */
const GROWTH_LEAD_MS = 250;

export type LiveView = {
  readonly look: Pick<ProbeLook, 'state' | 'containers' | 'loops' | 'isGlance'>;
  /** Where in the code that is; absent where nobody looks from inside. */
  readonly code?: CodeView;
  readonly key: string;
  readonly callsUnderWay: number;
  /** Whom the oldest call under way waits for. */
  readonly target: string;
  /** What the place used since the last look, where one from outside tells it. */
  readonly ranCores?: number;
  /** The file whose reading is the loop. */
  readonly reads?: string;
};

/**
 * What the code says of the next moments: from where the run is, what came after that place before,
 * how long it stayed there, how far its loop has come, and what its containers are about to do.
 * Lifecycle: see (whenever a probe has spoken) and observe (each reading) → ahead → histories.
 */
export class Lookahead {
  readonly places: Places;
  readonly #code: CodeAhead;
  readonly #progress: Progress;
  readonly #growth = new ContainerGrowth();
  readonly #burst = new CallBurst();
  readonly #actuationMs: number;
  #view: LiveView | undefined;

  /** `mostBytes`: more memory than that the run is never given; `actuationMs`: how long a resize takes. */
  constructor(given: {
    readonly past: readonly PlaceHistory[];
    readonly code: CodeAhead;
    readonly mostBytes: number;
    readonly actuationMs: number;
  }) {
    this.places = new Places(given.past);
    this.#code = given.code;
    this.#progress = new Progress(given.mostBytes);
    this.#actuationMs = given.actuationMs;
  }

  /** The most that the run may be given has changed. */
  within({ cpuCores, memoryBytes }: Pick<Allocation, 'cpuCores' | 'memoryBytes'>): void {
    this.#progress.mostBytes = memoryBytes;
    this.#code.mostCores = cpuCores;
  }

  /** A probe has looked. */
  see(view: LiveView, sample: Sample, nowMs: number): void {
    this.#view = view;
    this.places.move(view.key, sample, nowMs, view.ranCores);
    if (!view.look.isGlance)
      this.#growth.see(view.look.containers, sample.memoryWorkingSetBytes, nowMs);
    if (view.code === undefined) this.#code.lose();
    else this.#code.see(view.code, sample, nowMs);
    const loop = view.look.loops.at(-1);
    if (loop === undefined) this.#progress.forget();
    else if (!view.look.isGlance)
      this.#progress.observe(loop, sample, this.#code.bytesPerRound(loop));
  }

  /** Calls to other systems are told of as they begin and end, wherever the run is. */
  seeCalls(underWay: number, nowMs: number): void {
    this.#burst.see(underWay, nowMs);
  }

  observe(sample: Sample): void {
    this.places.observe(sample);
    this.#code.observe(sample);
  }

  /** No probe speaks any more. */
  lose(): void {
    this.#view = undefined;
    this.#progress.forget();
    this.#burst.see(0, 0);
    this.#code.lose();
  }

  progress(nowMs: number): ProgressForecast | undefined {
    return this.#progress.forecast(nowMs);
  }

  ahead(sample: Sample, nowMs: number, into: Ahead): void {
    clearAhead(into);
    const progress = this.#progress.forecast(nowMs);
    if (this.#view !== undefined) this.#fromRun(this.#view, { sample, nowMs, into, progress });
    this.#burst.ahead(nowMs, into);
    const secondsLeft = progress?.secondsLeft.likely ?? Number.POSITIVE_INFINITY;
    this.#code.ahead(nowMs, secondsLeft * 1000, into);
  }

  /** When it should be asked again, whatever the program does. */
  nextMs(nowMs: number): number {
    const nextMs = this.#code.nextMs(nowMs);
    return this.#view === undefined
      ? nextMs
      : Math.min(nextMs, nextPlaceMs(this.places, nowMs, this.#actuationMs));
  }

  /** What this run, and earlier ones, have shown. */
  #fromRun(
    view: LiveView,
    given: {
      readonly sample: Sample;
      readonly nowMs: number;
      readonly into: Ahead;
      readonly progress: ProgressForecast | undefined;
    },
  ): void {
    const { sample, into, progress } = given;
    const moment = { sample, nowMs: given.nowMs, into, actuationMs: this.#actuationMs };
    placesAhead(this.places, moment);
    const { callsUnderWay: underWay, target } = view;
    if (view.look.state === 'waiting' || underWay > 0)
      waitAhead(this.places, { underWay, target }, moment);
    if (progress !== undefined) this.#goesOn(progress, sample, into);
    const jump = this.#growth.jump(given.nowMs);
    if (jump !== undefined) raiseMemory(into, sample, { ...jump, source: 'progress' });
  }

  #goesOn({ fraction, peakBytes, bytesPerSecond }: ProgressForecast, sample: Sample, into: Ahead) {
    const leadSeconds = (GROWTH_LEAD_MS + this.#actuationMs) / 1000;
    const soon = sample.memoryWorkingSetBytes + bytesPerSecond * leadSeconds;
    const percent = Math.round(fraction * 100);
    const reads = this.#view?.reads;
    const done =
      reads === undefined
        ? `its loop has done ${percent} %`
        : `it has read ${percent} % of ${reads}`;
    raiseMemory(into, sample, {
      bytes: Math.min(peakBytes.high, soon),
      source: 'progress',
      text: `${done} and will reach ${formatBytes(peakBytes.likely)}`,
    });
  }
}
