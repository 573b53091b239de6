import type { FileProgress, OutsideReading, OutsideSources } from '#model/outside.ts';
import type { Sample } from '#model/sample.ts';
import { OutsideWatch, type Pace } from '#monitor/outside/outside-watch.ts';
import { ProcessTotals } from './process-totals.ts';

/** By then a probe has spoken, where there is one, and a shorter run is over. */
const FIRST_LOOK_MS = 100;
/** Less is what a waiting program spends on waking up now and then. */
const IDLE_CORES = 0.05;
/** Sizes of files and connections come a look late, and so does the end of computing. */
const LOOKS_WHEN_QUIET = 2;

/**
 * The looks at one instance from outside: when they are taken, and what they add up to. A program
 * that has used no CPU since the last look is where it was, and is not looked at again.
 * Lifecycle: (look)* → close.
 */
export class Outside {
  readonly totals = new ProcessTotals();
  /** What went wrong with looking; the run goes on without. */
  fault: string | undefined;
  readonly #firstMs: number;
  #watch: OutsideWatch | undefined;
  #cpuUsec = Number.NaN;
  #wasIdle = false;
  #quietLooks = 0;
  #isAlone = false;
  #file = '';

  constructor(sources: OutsideSources | undefined, startedMs: number) {
    this.#watch = sources && new OutsideWatch(sources);
    this.#firstMs = startedMs + FIRST_LOOK_MS;
  }

  /** Undefined when it is not time for a look. Where a probe speaks, looks only add up processes. */
  look(sample: Sample, nowMs: number, hasProbe: boolean): OutsideReading | undefined {
    if (this.#watch === undefined || nowMs < this.#firstMs) return undefined;
    const isQuiet = sample.cpuUsecTotal === this.#cpuUsec;
    if (isQuiet && this.#quietLooks >= LOOKS_WHEN_QUIET) return undefined;
    const isIdle = sample.cpuCoresUsed < IDLE_CORES;
    const hasTurned = !isQuiet && isIdle !== this.#wasIdle;
    const unaided = hasTurned ? 'turned' : 'active';
    const besideProbe = this.#isAlone ? 'alone' : 'idle';
    const reading = this.#take(this.#watch, hasProbe ? besideProbe : unaided, nowMs);
    if (reading === undefined) return undefined;
    this.#quietLooks = isQuiet ? this.#quietLooks + 1 : 0;
    this.#cpuUsec = sample.cpuUsecTotal;
    this.#wasIdle = isIdle;
    this.#isAlone = reading.processCount === 1;
    this.totals.add(reading.top);
    return reading;
  }

  /** The file that tells how far the run has come: the one that told before, else the largest. */
  fileOf({ files }: OutsideReading): FileProgress | undefined {
    const known = files.find((file) => nameOf(file) === this.#file);
    const chosen = known ?? files.toSorted((one, other) => other.totalBytes - one.totalBytes)[0];
    this.#file = chosen === undefined ? '' : nameOf(chosen);
    return chosen;
  }

  close(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }

  /** Whatever a look meets in /proc, the loop goes on. */
  #take(watch: OutsideWatch, pace: Pace, nowMs: number) {
    try {
      return watch.lookWhenDue(nowMs, pace);
    } catch (error) {
      this.fault = String(error);
      this.close();
      return undefined;
    }
  }
}

function nameOf({ pid, file }: FileProgress): string {
  return `${pid} ${file}`;
}
