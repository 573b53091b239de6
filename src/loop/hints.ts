import { ALLOCATION_KEYS, type AllocationKey } from '#model/allocation.ts';
import type { Floor, FloorPart, Hint } from '#model/hint.ts';
import { formatAllocated } from '#model/quantities.ts';

/** More askers than a program has reason for, and more changes of mind. */
const MOST_ASKERS = 32;
const MOST_PER_SECOND = 20;
const WINDOW_MS = 1000;

type Asked = FloorPart & { readonly untilMs: number };

/**
 * What one instance's program has asked for and is still in force. Lifecycle: (accept, floorAt, takeExpired)* .
 */
export class Hints {
  /** By resource and asker. */
  readonly #asked = new Map<AllocationKey, Map<string, Asked>>();
  #expired: string[] = [];
  #window = { endsMs: 0, count: 0 };

  /** False when the program changes its mind too often. */
  mayHear(nowMs: number): boolean {
    if (nowMs >= this.#window.endsMs) this.#window = { endsMs: nowMs + WINDOW_MS, count: 0 };
    return ++this.#window.count <= MOST_PER_SECOND;
  }

  /** Each resource that it names is replaced for this asker, or withdrawn with zero; false = too many askers. */
  accept(hint: Hint, nowMs: number): boolean {
    const untilMs = nowMs + (hint.withinSeconds + hint.forSeconds) * 1000;
    const named = ALLOCATION_KEYS.filter((key) => hint.wants[key] !== undefined);
    if (named.some((key) => !this.#hasRoom(key, hint))) return false;
    for (const key of named) {
      const value = hint.wants[key]!;
      const byAsker = this.#asked.get(key) ?? new Map<string, Asked>();
      this.#asked.set(key, byAsker);
      if (value === 0) byAsker.delete(hint.id);
      else byAsker.set(hint.id, { value, untilMs, text: textOf(hint, key) });
    }
    return true;
  }

  /** What is in force; undefined, and free, when nothing is. */
  floorAt(nowMs: number): Floor | undefined {
    if (this.#asked.size === 0) return undefined;
    const floor: Partial<Record<AllocationKey, FloorPart>> = {};
    for (const [key, byAsker] of this.#asked) {
      for (const [id, asked] of byAsker) {
        if (asked.untilMs <= nowMs) {
          byAsker.delete(id);
          this.#expired.push(asked.text);
        } else if (asked.value > (floor[key]?.value ?? 0)) floor[key] = asked;
      }
      if (byAsker.size === 0) this.#asked.delete(key);
    }
    return this.#asked.size === 0 ? undefined : floor;
  }

  /** What has expired since this was last asked, in the words of `floorAt`; undefined for nothing. */
  takeExpired(): readonly string[] | undefined {
    if (this.#expired.length === 0) return undefined;
    const expired = this.#expired;
    this.#expired = [];
    return expired;
  }

  #hasRoom(key: AllocationKey, { id }: Hint): boolean {
    const byAsker = this.#asked.get(key);
    return byAsker === undefined || byAsker.has(id) || byAsker.size < MOST_ASKERS;
  }
}

/** "the program asked for 4Gi within 10 s (load)", "… for 2 cores" */
export function textOf({ wants, withinSeconds, phase }: Hint, key: AllocationKey): string {
  const when = withinSeconds > 0 ? ` within ${Number(withinSeconds.toPrecision(3))} s` : '';
  const what = phase === undefined ? '' : ` (${phase})`;
  return `the program asked for ${formatAllocated(key, wants[key] ?? 0)}${UNITS[key]}${when}${what}`;
}

const UNITS = {
  cpuCores: ' cores',
  memoryBytes: '',
  ingressBitsPerSecond: 'bit/s',
  egressBitsPerSecond: 'bit/s',
} as const satisfies Record<AllocationKey, string>;
