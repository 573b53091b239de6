import type { Interval } from '#model/forecast.ts';
import type { LiveLoop } from '#model/probe.ts';
import type { Sample } from '#model/sample.ts';
import { fitLine, type Line } from './line-fit.ts';

const KEPT_POINTS = 32;
const FEWEST_POINTS = 5;
/** A point that lies further from the line than so many deviations is not of it. */
const MISS_DEVIATIONS = 3;
/** No line is believed to be truer: share of what was gained, and what moves in any program. */
const LEAST_SPREAD = 0.02;
const LEAST_SPREAD_BYTES = 2 ** 20;
const LEAST_SPREAD_SECONDS = 0.1;
/** What an allocator adds to what the code says. */
const ALLOCATOR_OVERHEAD = 1.25;

type Point = {
  readonly done: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly coreSeconds: number;
};
type Lines = { readonly time: Line; readonly memory: Line; readonly work: Line | undefined };
type Likely = Interval & { readonly likely: number };

/** Where a loop leads: at its end, and how fast it gets there. */
export type ProgressForecast = {
  readonly fraction: number;
  readonly secondsLeft: Likely;
  /** Working set at the end of the loop. */
  readonly peakBytes: Likely;
  readonly bytesPerSecond: number;
  readonly coreSecondsLeft: number;
};

/**
 * Fits memory, time and CPU against the rounds of a loop and goes on to its end, no further than the
 * code can reach. Nothing is said before five points, nor while they do not lie on a line. A point
 * that misses the line silences it until one fits again; after two in a row what came before them
 * is forgotten.
 * Example: 10 MB after 100 of 1,000 rounds, 20 MB after 200: the end is at 100 MB.
 * Lifecycle: (observe | forget)* → forecast.
 */
export class Progress {
  /** More is never given. */
  mostBytes: number;
  #loop = '';
  #total = 0;
  #points: Point[] = [];
  #lines: Lines | undefined;
  #hasMissed = false;
  #forecast: ProgressForecast | undefined;
  #seenMs = 0;

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes;
  }

  /** `bytesPerRound`: what the code says that a round adds, where it says so. */
  observe(loop: LiveLoop, sample: Sample, bytesPerRound?: number): void {
    this.#seenMs = sample.atMs;
    const last = this.#points.at(-1);
    const name = `${loop.file}:${loop.firstLine}`;
    // Entered again, or its bound has moved: what was seen of it says nothing about what comes.
    if (name !== this.#loop || loop.total !== this.#total || (last && loop.done < last.done)) {
      this.forget();
      this.#loop = name;
      this.#total = loop.total;
    } else if (loop.done === last?.done) return;
    this.#add(pointOf(loop, sample));
    this.#forecast = this.#hasMissed ? undefined : this.#goOn(bytesPerRound);
  }

  /** No loop with a bound is under way any more. */
  forget(): void {
    this.#loop = '';
    this.#points = [];
    this.#lines = undefined;
    this.#hasMissed = false;
    this.#forecast = undefined;
  }

  forecast(nowMs: number): ProgressForecast | undefined {
    if (this.#forecast === undefined) return undefined;
    const { low, likely, high } = this.#forecast.secondsLeft;
    const sinceSeconds = Math.max(0, nowMs - this.#seenMs) / 1000;
    const left = (seconds: number) => Math.max(0, seconds - sinceSeconds);
    const secondsLeft = { low: left(low), likely: left(likely), high: left(high) };
    return { ...this.#forecast, secondsLeft };
  }

  #add(point: Point): void {
    const misses = this.#lines !== undefined && isOff(point, this.#lines);
    if (misses && this.#hasMissed) this.#points = this.#points.slice(-1);
    this.#hasMissed = misses;
    if (this.#points.length >= KEPT_POINTS)
      this.#points = this.#points.filter((_, index) => index % 2 === 0);
    this.#points.push(point);
    this.#lines = this.#points.length < FEWEST_POINTS ? undefined : linesOf(this.#points);
  }

  #goOn(bytesPerRound: number | undefined): ProgressForecast | undefined {
    const last = this.#points.at(-1)!;
    if (this.#lines === undefined || this.#lines.time.slope <= 0) return undefined;
    const { time, memory, work } = this.#lines;
    const left = this.#total - last.done;
    const secondsLeft = left * time.slope;
    const grows = Math.max(0, memory.slope);
    const most = mostPerRound(grows, bytesPerRound);
    const reach = (perRound: number, spread: number) =>
      Math.min(this.mostBytes, last.bytes + left * Math.min(most, perRound) + spread);
    const likely = reach(grows, 0);
    return {
      fraction: this.#total === 0 ? 1 : last.done / this.#total,
      secondsLeft: {
        low: secondsLeft * (1 - time.error),
        likely: secondsLeft,
        high: secondsLeft * (1 + time.error),
      },
      peakBytes: {
        low: Math.max(
          Math.min(likely, last.bytes),
          reach(grows * (1 - memory.error), -2 * memory.spread),
        ),
        likely,
        high: reach(grows * (1 + memory.error), 2 * memory.spread),
      },
      bytesPerSecond: Math.min(most, grows) / time.slope,
      coreSecondsLeft: Math.max(0, left * (work?.slope ?? 0)),
    };
  }
}

function pointOf({ done }: LiveLoop, sample: Sample): Point {
  return {
    done,
    seconds: sample.atMs / 1000,
    bytes: sample.memoryWorkingSetBytes,
    coreSeconds: sample.cpuUsecTotal / 1e6,
  };
}

function linesOf(points: readonly Point[]): Lines | undefined {
  const rounds = points.map(({ done }) => done);
  const against = (of: (point: Point) => number, leastSpread: number) =>
    fitLine(rounds, points.map(of), leastSpread);
  const time = against(({ seconds }) => seconds, 0);
  const memory = against(({ bytes }) => bytes, LEAST_SPREAD_BYTES);
  if (time === undefined || memory === undefined) return undefined;
  return { time, memory, work: against(({ coreSeconds }) => coreSeconds, 0) };
}

function isOff({ done, bytes, seconds }: Point, { memory, time }: Lines): boolean {
  return (
    isFar(memory, { done, value: bytes, leastSpread: LEAST_SPREAD_BYTES }) ||
    isFar(time, { done, value: seconds, leastSpread: LEAST_SPREAD_SECONDS })
  );
}

function isFar(
  { slope, offset, spread, gained }: Line,
  at: { readonly done: number; readonly value: number; readonly leastSpread: number },
): boolean {
  const miss = Math.abs(at.value - slope * at.done - offset);
  return miss > MISS_DEVIATIONS * Math.max(spread, gained * LEAST_SPREAD, at.leastSpread);
}

/** What a loop is seen to keep to, it will keep to; where it adds more, the code does not tell all. */
function mostPerRound(seen: number, said: number | undefined): number {
  if (said === undefined || seen > said * ALLOCATOR_OVERHEAD) return Number.POSITIVE_INFINITY;
  return said * ALLOCATOR_OVERHEAD;
}
