import type { Ahead } from '#model/ahead.ts';
import { clearAhead } from '#model/ahead.ts';
import { formatBytes, formatCpuCores } from '#model/quantities.ts';
import type { PlaceHistory } from '#model/phase.ts';
import type { ProbeLook } from '#model/probe.ts';
import type { Sample } from '#model/sample.ts';
import type { CodeAhead, CodeView } from './code/code-ahead.ts';
import { CallBurst } from './call-burst.ts';
import { ContainerGrowth } from './container-growth.ts';
import { Places, type Following } from './places.ts';
import { Progress, type ProgressForecast } from './progress.ts';

/** A reading and a resize: what begins within it is prepared. More was measured to cost more than it saves. */
const LEAD_MS = 30;
/** Less likely ones are left to the raise that follows throttling, which takes some 10 ms. */
const WORTH_CHANCE = 0.4;
/** Visits after which the past of a place is believed. */
const ENOUGH_VISITS = 2;
/** Giving CPU back for less than this is not worth the raise that follows. */
const SHORTEST_IDLE_MS = 150;
const SURE = 0.1;
/** What a loop will add is reserved this far ahead, in fewer and larger steps. */
const GROWTH_LEAD_MS = 250;
const SMALLEST_GROWTH_BYTES = 4 * 2 ** 20;

export type LiveView = {
  readonly look: Pick<ProbeLook, 'state' | 'containers' | 'loops'>;
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
  readonly #progress = new Progress();
  readonly #growth = new ContainerGrowth();
  readonly #burst = new CallBurst();
  #view: LiveView | undefined;

  constructor(past: readonly PlaceHistory[], code: CodeAhead) {
    this.places = new Places(past);
    this.#code = code;
  }

  /** A probe has looked. */
  see(view: LiveView, sample: Sample, nowMs: number): void {
    this.#view = view;
    this.places.move(view.key, sample, nowMs, view.ranCores);
    this.#growth.see(view.look.containers);
    if (view.code === undefined) this.#code.lose();
    else this.#code.see(view.code, sample, nowMs);
    const loop = view.look.loops.at(-1);
    if (loop === undefined) this.#progress.forget();
    else this.#progress.observe(loop, sample);
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

  progress(): ProgressForecast | undefined {
    return this.#progress.forecast();
  }

  ahead(sample: Sample, nowMs: number, into: Ahead): void {
    clearAhead(into);
    if (this.#view !== undefined) this.#fromRun(this.#view, sample, nowMs, into);
    this.#burst.ahead(nowMs, into);
    const secondsLeft = this.#progress.forecast()?.secondsLeft.likely ?? Number.POSITIVE_INFINITY;
    this.#code.ahead(nowMs, secondsLeft * 1000, into);
  }

  /** What this run, and earlier ones, have shown. */
  #fromRun(view: LiveView, sample: Sample, nowMs: number, into: Ahead): void {
    const elapsedMs = this.places.elapsedMs(nowMs);
    const current = this.places.current;
    const chanceToLeave =
      current === undefined ? 0 : current.chanceToEnd(elapsedMs, elapsedMs + LEAD_MS);
    if (current !== undefined && current.visits >= ENOUGH_VISITS) {
      this.#whatFollows(chanceToLeave, into, sample);
      this.#whatGoesOn(into, sample);
    }
    this.#waiting(view, into, nowMs);
    this.#growing(sample, into);
  }

  /**
   * When it should be asked again, whatever the program does: before the earliest moment at which an
   * earlier visit of this place ended.
   */
  nextMs(nowMs: number): number {
    const { current } = this.places;
    let nextMs = this.#code.nextMs(nowMs);
    if (this.#view === undefined || current === undefined || current.visits < ENOUGH_VISITS)
      return nextMs;
    const enteredMs = nowMs - this.places.elapsedMs(nowMs);
    for (const durationMs of current.durationsMs) {
      const beforeEndMs = enteredMs + durationMs - LEAD_MS;
      if (beforeEndMs > nowMs && beforeEndMs < nextMs) nextMs = beforeEndMs;
    }
    return nextMs;
  }

  /** The place that comes next is prepared when it may begin within the lead time. */
  #whatFollows(chanceToLeave: number, into: Ahead, sample: Sample): void {
    if (chanceToLeave === 0) return;
    for (const { stats, chance } of this.places.following()) {
      if (chance * chanceToLeave < WORTH_CHANCE || stats.visits === 0) continue;
      want(into, { stats, chance: chance * chanceToLeave }, sample);
    }
  }

  /** What this place did on earlier visits it is expected to do again before it ends. */
  #whatGoesOn(into: Ahead, sample: Sample): void {
    const { current } = this.places;
    const bytes = this.places.expectedBytes();
    if (current === undefined || current.grownBytes < SMALLEST_GROWTH_BYTES) return;
    if (bytes <= Math.max(into.memoryBytes, sample.memoryWorkingSetBytes)) return;
    into.memoryBytes = bytes;
    into.memorySource = 'history';
    into.memoryText = `${placeText(current.key)} grew by ${formatBytes(current.grownBytes)} before`;
  }

  /** An answer that is not expected soon gives CPU back at once, and what is held is kept for it. */
  #waiting({ look, callsUnderWay, target }: LiveView, into: Ahead, nowMs: number): void {
    if (look.state !== 'waiting' && callsUnderWay === 0) return;
    into.keepsMemory = callsUnderWay > 0;
    const { current } = this.places;
    if (into.cpuCores > 0 || current === undefined) return;
    const elapsedMs = this.places.elapsedMs(nowMs);
    const known = current.visits >= ENOUGH_VISITS;
    const soon = current.chanceToEnd(elapsedMs, elapsedMs + SHORTEST_IDLE_MS);
    into.cpuIdle = known ? soon <= SURE : callsUnderWay > 0;
    into.cpuIdleText =
      callsUnderWay > 0 ? `waits for ${target}` : `waits at ${placeText(current.key)}`;
  }

  #growing(sample: Sample, into: Ahead): void {
    const progress = this.#progress.forecast();
    if (progress !== undefined) {
      const soon = Math.min(
        progress.peakBytes.high,
        sample.memoryWorkingSetBytes + (progress.bytesPerSecond * GROWTH_LEAD_MS) / 1000,
      );
      const percent = Math.round(progress.fraction * 100);
      grow(into, soon, sample, {
        source: 'progress',
        text: `${this.#doneText(percent)} and will reach ${formatBytes(progress.peakBytes.likely)}`,
      });
    }
    const jump = this.#growth.jump();
    if (jump !== undefined)
      grow(into, sample.memoryWorkingSetBytes + jump.bytes, sample, {
        source: 'progress',
        text: jump.text,
      });
  }

  #doneText(percent: number): string {
    const reads = this.#view?.reads;
    return reads === undefined
      ? `its loop has done ${percent} %`
      : `it has read ${percent} % of ${reads}`;
  }
}

function want(into: Ahead, { stats, chance }: Following, sample: Sample): void {
  const percent = Math.round(chance * 100);
  const text = `${placeText(stats.key)} comes next (${percent} %)`;
  if (stats.cpuCores > into.cpuCores) {
    into.cpuCores = stats.cpuCores;
    into.cpuSource = 'history';
    into.cpuText = `${text} and used ${formatCpuCores(stats.cpuCores)} cores`;
  }
  grow(into, sample.memoryWorkingSetBytes + stats.grownBytes, sample, {
    source: 'history',
    text: `${text} and grew by ${formatBytes(stats.grownBytes)}`,
  });
  for (const key of ['ingressBitsPerSecond', 'egressBitsPerSecond'] as const)
    if (stats[key] > into[key]) {
      into[key] = stats[key];
      into.networkText = text;
    }
}

function grow(
  into: Ahead,
  bytes: number,
  sample: Sample,
  why: { readonly source: Ahead['memorySource']; readonly text: string },
): void {
  if (bytes - sample.memoryWorkingSetBytes < SMALLEST_GROWTH_BYTES) return;
  if (bytes <= into.memoryBytes) return;
  into.memoryBytes = bytes;
  into.memorySource = why.source;
  into.memoryText = why.text;
}

/** `file:function:line`, or the name of a command, for people. */
function placeText(key: string): string {
  const [file = '', name = '', line = ''] = key.split(':');
  if (line === '') return file;
  return name === '' ? `${file} line ${line}` : `${name} (${file} line ${line})`;
}
