import type { Allocation } from '#model/allocation.ts';
import type { Instance } from '#model/instance.ts';

/** A limit that was raised; the time is that at which the write had returned. */
export type Raise = {
  readonly id: string;
  readonly kind: 'cpu' | 'memory';
  readonly atNs: number;
};

/** Counts what the loop does to instances and stamps what it raises. */
export type Meter = {
  readonly metered: (instance: Instance) => Instance;
  readonly raises: Raise[];
  readonly counts: { samples: number; looks: number; resizes: number };
};

export function meter(): Meter {
  const raises: Raise[] = [];
  const counts = { samples: 0, looks: 0, resizes: 0 };

  function resized(instance: Instance, from: Allocation, to: Allocation): void {
    counts.resizes++;
    const atNs = nowNs();
    if (to.cpuCores > from.cpuCores) raises.push({ id: instance.id, kind: 'cpu', atNs });
    if (to.memoryBytes > from.memoryBytes) raises.push({ id: instance.id, kind: 'memory', atNs });
  }

  return {
    raises,
    counts,
    metered: (instance) => ({
      ...instance,
      sample(nowMs) {
        counts.samples++;
        return instance.sample(nowMs);
      },
      cpuUsecTotal() {
        counts.looks++;
        return instance.cpuUsecTotal();
      },
      resize(target) {
        const from = instance.allocation();
        const outcome = instance.resize(target);
        resized(instance, from, target);
        return outcome;
      },
    }),
  };
}

/** CLOCK_MONOTONIC; below 2^53 ns for a hundred days after the start of the machine. */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}
