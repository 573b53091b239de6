import type { OutsideProcess, ProcessTotal } from '#model/outside.ts';

const MOST_NAMES = 64;
const MOST_PROCESSES = 256;
const MOST_TOLD = 8;
/** The name under which commands beyond the first 64 are added up. */
const OTHERS = '';

type Total = { -readonly [Key in keyof ProcessTotal]: ProcessTotal[Key] };
type Seen = { cpuSeconds: number; atLook: number };

/**
 * Adds up what each command of a run used, over all processes that had its name. CPU time is that of
 * the kernel's own counters; what a process used after the last look at it is not seen.
 * Lifecycle: (add)* → totals.
 */
export class ProcessTotals {
  readonly #byName = new Map<
    string,
    { -readonly [Key in keyof ProcessTotal]: ProcessTotal[Key] }
  >();
  readonly #seen = new Map<string, Seen>();
  #looks = 0;

  add(processes: readonly OutsideProcess[]): void {
    this.#looks++;
    for (const process of processes) this.#count(process);
    if (this.#seen.size > MOST_PROCESSES) this.#forgetAbsent();
  }

  /** Most CPU first. */
  totals(): readonly ProcessTotal[] {
    return [...this.#byName.values()]
      .toSorted(
        (one, other) =>
          other.coreSeconds - one.coreSeconds || other.peakMemoryBytes - one.peakMemoryBytes,
      )
      .slice(0, MOST_TOLD);
  }

  #count({ pid, startTicks, name, cpuSeconds, memoryBytes }: OutsideProcess): void {
    const key = `${pid} ${startTicks}`;
    const seen = this.#seen.get(key);
    const total = this.#totalOf(name);
    if (seen === undefined) total.processes++;
    // A shell that becomes another command by exec keeps its id and its counter.
    total.coreSeconds += Math.max(0, cpuSeconds - (seen?.cpuSeconds ?? 0));
    total.peakMemoryBytes = Math.max(total.peakMemoryBytes, memoryBytes);
    this.#seen.set(key, { cpuSeconds, atLook: this.#looks });
  }

  #totalOf(name: string): Total {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= MOST_NAMES && name !== OTHERS) return this.#totalOf(OTHERS);
    const total = { name, processes: 0, coreSeconds: 0, peakMemoryBytes: 0 };
    this.#byName.set(name, total);
    return total;
  }

  #forgetAbsent(): void {
    for (const [key, { atLook }] of this.#seen) if (atLook < this.#looks) this.#seen.delete(key);
  }
}
