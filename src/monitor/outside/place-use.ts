import type { OutsideProcess } from '#model/outside.ts';

/**
 * CPU of the command that is the place, by the counters of its processes. A look finds out late that
 * another command runs: what those before it used since the last look is not its own. What runs
 * beside a command that was there at the last look, too, counts for it: a pipeline is one place.
 * Example: `spin; sleep` is seen in `sleep`; the shell and the end of `spin` do not count.
 * Lifecycle: (coresOf)*, once a look.
 */
export class PlaceUse {
  #before = '';

  /** `living`: all processes of this look, each with what it used since the one before. */
  coresOf(living: readonly OutsideProcess[], place: OutsideProcess | undefined): number {
    const now = place === undefined ? '' : `${place.pid} ${place.startTicks} ${place.name}`;
    const isSame = now === this.#before;
    this.#before = now;
    let cores = 0;
    for (const { name, cpuCores } of living)
      // NaN where there was no look before.
      if (isSame || name === place?.name) cores += cpuCores || 0;
    return cores;
  }
}
