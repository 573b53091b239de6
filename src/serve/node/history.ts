import { mapAllocation, type Allocation } from '#model/allocation.ts';
import type { Sample } from '#model/sample.ts';

/** What one execution uses, and whose it is. */
export type Using = { readonly tenant: string; readonly reading: Readonly<Sample> };

export type NodeReading = {
  readonly atMs: number;
  /** Whoever holds it: other processes of this user as well. */
  readonly allocated: Allocation;
  /** By tenant. */
  readonly used: ReadonlyMap<string, Allocation>;
};

export const READ_EVERY_MS = 1000;
const KEPT_MS = 15 * 60_000;
export const KEPT_READINGS = KEPT_MS / READ_EVERY_MS;

type Sources = {
  readonly allocated: () => Allocation;
  readonly using: () => Iterable<Using>;
  readonly warn: (problem: string) => void;
};

/**
 * What was allocated and used of the node in the last quarter of an hour, in a ring: one reading a
 * second. Lifecycle: start → since … → stop.
 */
export class NodeHistory {
  readonly #sources: Sources;
  readonly #ring: NodeReading[] = [];
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  start(): this {
    this.#timer = setInterval(() => this.read(Date.now()), READ_EVERY_MS).unref();
    return this;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  read(atMs: number): void {
    try {
      const allocated = this.#sources.allocated();
      this.#ring[this.#next] = { atMs, allocated, used: byTenant(this.#sources.using()) };
      this.#next = (this.#next + 1) % KEPT_READINGS;
    } catch (error) {
      // A second without a reading is a gap in a picture, and nothing worse.
      this.#sources.warn(String(error));
    }
  }

  /** Oldest first. */
  since(afterMs: number): readonly NodeReading[] {
    const ordered = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return ordered.filter(({ atMs }) => atMs > afterMs);
  }
}

/** Of one tenant, or of all. */
export function usedOf({ used }: NodeReading, tenant: string | undefined): Allocation {
  const counted = tenant === undefined ? [...used.values()] : [used.get(tenant)];
  return mapAllocation((key) => counted.reduce((sum, one) => sum + (one?.[key] ?? 0), 0));
}

function byTenant(using: Iterable<Using>): ReadonlyMap<string, Allocation> {
  const used = new Map<string, Allocation>();
  for (const { tenant, reading } of using) {
    const before = used.get(tenant);
    used.set(
      tenant,
      mapAllocation((key) => (before?.[key] ?? 0) + usedBy(reading, key)),
    );
  }
  return used;
}

function usedBy(reading: Readonly<Sample>, key: keyof Allocation): number {
  if (key === 'cpuCores') return reading.cpuCoresUsed;
  return key === 'memoryBytes' ? reading.memoryWorkingSetBytes : reading[key];
}
