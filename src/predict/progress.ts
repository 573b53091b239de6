import type { LiveLoop } from '#model/probe.ts';
import type { Sample } from '#model/sample.ts';
import { median } from './median.ts';

const KEPT_POINTS = 32;
const FEWEST_POINTS = 5;
/** A fit that misses by more than this share of what was gained explains nothing. */
const WORST_RESIDUAL = 0.25;
const MAD_TO_SIGMA = 1.4826;

type Point = {
  readonly done: number;
  readonly atMs: number;
  readonly bytes: number;
  readonly coreSeconds: number;
};

/** Where a loop leads: at its end, and how fast it gets there. */
export type ProgressForecast = {
  readonly fraction: number;
  readonly secondsLeft: { readonly low: number; readonly likely: number; readonly high: number };
  /** Working set at the end of the loop. */
  readonly peakBytes: { readonly likely: number; readonly high: number };
  readonly bytesPerSecond: number;
  readonly coreSecondsLeft: number;
};

/**
 * Fits memory, time and CPU against the rounds of a loop and goes on to its end.
 * The slope is the median of the slopes between points half the window apart (after Theil and Sen:
 * up to 29 % of the points may lie), the interval is the spread around it. Nothing is said before
 * five points, nor while the points do not lie on a line.
 * Example: 10 MB after 100 of 1,000 rounds, 20 MB after 200: the end is at 100 MB.
 */
export class Progress {
  #loop = '';
  #total = 0;
  #points: Point[] = [];

  observe(loop: LiveLoop, sample: Sample): void {
    const name = `${loop.file}:${loop.firstLine}`;
    const last = this.#points.at(-1);
    // Entered again, or its bound has moved: what was seen of it says nothing about what comes.
    if (name !== this.#loop || loop.total !== this.#total || (last && loop.done < last.done)) {
      this.#loop = name;
      this.#total = loop.total;
      this.#points = [];
    }
    if (last !== undefined && loop.done === last.done) return;
    if (this.#points.length >= KEPT_POINTS) this.#points = everySecond(this.#points);
    this.#points.push({
      done: loop.done,
      atMs: sample.atMs,
      bytes: sample.memoryWorkingSetBytes,
      coreSeconds: sample.cpuUsecTotal / 1e6,
    });
  }

  /** No loop with a bound is under way any more. */
  forget(): void {
    this.#loop = '';
    this.#points = [];
  }

  forecast(): ProgressForecast | undefined {
    const last = this.#points.at(-1);
    if (last === undefined || this.#points.length < FEWEST_POINTS) return undefined;
    const left = this.#total - last.done;
    const time = fit(this.#points, (point) => point.atMs / 1000);
    const memory = fit(this.#points, (point) => point.bytes);
    const work = fit(this.#points, (point) => point.coreSeconds);
    if (time === undefined || memory === undefined || time.slope <= 0) return undefined;
    const secondsLeft = left * time.slope;
    const grows = Math.max(0, memory.slope);
    const likely = last.bytes + left * grows;
    return {
      fraction: this.#total === 0 ? 1 : last.done / this.#total,
      secondsLeft: {
        low: Math.max(0, secondsLeft * (1 - time.error)),
        likely: secondsLeft,
        high: secondsLeft * (1 + time.error),
      },
      peakBytes: { likely, high: likely + left * grows * memory.error + 2 * memory.spread },
      bytesPerSecond: grows / time.slope,
      coreSecondsLeft: Math.max(0, left * (work?.slope ?? 0)),
    };
  }
}

/** Slope per round, its relative error and the spread around it; undefined when the points do not lie on a line. */
function fit(
  points: readonly Point[],
  of: (point: Point) => number,
): { readonly slope: number; readonly error: number; readonly spread: number } | undefined {
  const half = Math.floor(points.length / 2);
  const slopes = points.slice(0, points.length - half).map((point, index) => {
    const later = points[index + half]!;
    return (of(later) - of(point)) / (later.done - point.done);
  });
  const slope = median(slopes);
  const [first, last] = [points[0]!, points.at(-1)!];
  const gained = Math.abs(slope) * (last.done - first.done);
  const offset = median(points.map((point) => of(point) - slope * point.done));
  const misses = points.map((point) => Math.abs(of(point) - slope * point.done - offset));
  const spread = median(misses) * MAD_TO_SIGMA;
  if (gained > 0 && spread / gained > WORST_RESIDUAL) return undefined;
  return { slope, spread, error: gained === 0 ? 0 : Math.min(1, (2 * spread) / gained) };
}

function everySecond(points: readonly Point[]): Point[] {
  return points.filter((_, index) => index % 2 === 0);
}
