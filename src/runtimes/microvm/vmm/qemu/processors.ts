import type { Qmp } from './qmp.ts';

type Place = {
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Absent: nothing is there yet. */
  readonly 'qom-path'?: string;
};

/**
 * Adds processors up to this count, as far as the machine has places for them. Answers before the
 * guest has seen them, which takes it seconds where they are emulated.
 */
export async function addProcessors(qmp: Qmp, count: number): Promise<void> {
  const places = (await qmp.execute('query-hotpluggable-cpus')) as readonly Place[];
  const free = places.filter((place) => place['qom-path'] === undefined);
  const missing = Math.max(0, count - (places.length - free.length));
  // QEMU lists the last place first, and guests count from the first.
  for (const { type, props } of free.toReversed().slice(0, missing))
    await qmp.execute('device_add', { driver: type, ...props });
}
