import type { Activity, PhaseTotal } from '#model/phase.ts';
import type { Sample } from '#model/sample.ts';

/** More rows than that nobody reads; what comes later counts under no place. */
const MOST_PHASES = 200;

/** Adds up a run by phase = place × what it does. Lifecycle: (add)* → totals. */
export class Phases {
  readonly #totals = new Map<string, { -readonly [Key in keyof PhaseTotal]: PhaseTotal[Key] }>();
  #current = '';

  add(phase: {
    readonly place: string;
    readonly activity: Activity;
    readonly score: number;
    readonly sample: Sample;
    readonly atSeconds: number;
  }): void {
    const { activity, sample } = phase;
    const name = `${phase.place}\0${activity}`;
    const total = this.#totals.get(name) ?? this.#open(name, phase);
    const seconds = sample.intervalMs / 1000;
    if (this.#current !== name) total.visits++;
    this.#current = name;
    total.seconds += seconds;
    total.coreSeconds += sample.cpuCoresUsed * seconds;
    total.peakMemoryBytes = Math.max(total.peakMemoryBytes, sample.memoryWorkingSetBytes);
    if (phase.score > total.score) total.score = phase.score;
  }

  /** In the order in which they were first entered. */
  totals(): readonly PhaseTotal[] {
    return [...this.#totals.values()];
  }

  #open(name: string, phase: { place: string; activity: Activity; atSeconds: number }) {
    const isFull = this.#totals.size >= MOST_PHASES && phase.place !== '';
    const place = isFull ? '' : phase.place;
    const key = isFull ? `\0${phase.activity}` : name;
    const known = this.#totals.get(key);
    if (known !== undefined) return known;
    const total = {
      place,
      activity: phase.activity,
      firstAtSeconds: phase.atSeconds,
      seconds: 0,
      visits: 0,
      coreSeconds: 0,
      peakMemoryBytes: 0,
      score: 0,
    };
    this.#totals.set(key, total);
    return total;
  }
}
