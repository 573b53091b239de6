import type { Activity, PhaseTotal } from '#model/phase.ts';
import type { Sample } from '#model/sample.ts';

/** More rows than that nobody reads; what comes later counts under no place. */
const MOST_PHASES = 200;

type Total = { -readonly [Key in keyof PhaseTotal]: PhaseTotal[Key] };

/** Adds up a run by phase = place × what it does. Lifecycle: (add)* → totals. */
export class Phases {
  readonly #totals = new Map<string, Total>();
  #atSeconds = 0;
  #current:
    { readonly place: string; readonly activity: Activity; readonly total: Total } | undefined;

  add(phase: {
    readonly place: string;
    readonly activity: Activity;
    readonly score: number;
    readonly sample: Sample;
    readonly atSeconds: number;
  }): void {
    const { sample, atSeconds } = phase;
    const seconds = sample.intervalMs / 1000;
    // A run that wakes is read from then on: before it stayed where it was.
    if (this.#current !== undefined)
      this.#current.total.seconds += Math.max(0, atSeconds - this.#atSeconds - seconds);
    this.#atSeconds = atSeconds;
    const total = this.#enter(phase);
    total.seconds += seconds;
    total.coreSeconds += sample.cpuCoresUsed * seconds;
    total.peakMemoryBytes = Math.max(total.peakMemoryBytes, sample.memoryWorkingSetBytes);
    if (phase.score > total.score) total.score = phase.score;
  }

  /** In the order in which they were first entered. */
  totals(): readonly PhaseTotal[] {
    return [...this.#totals.values()];
  }

  /** Most readings are of the phase of the one before. */
  #enter(phase: { place: string; activity: Activity; atSeconds: number }): Total {
    const { place, activity } = phase;
    const current = this.#current;
    if (current?.place === place && current.activity === activity) return current.total;
    const name = `${place}\0${activity}`;
    const total = this.#totals.get(name) ?? this.#open(name, phase);
    total.visits++;
    this.#current = { place, activity, total };
    return total;
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
