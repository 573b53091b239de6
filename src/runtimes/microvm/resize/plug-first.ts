import { setTimeout as sleep } from 'node:timers/promises';
import { LimberError } from '#model/errors.ts';
import type { Machine } from '../vmm/types.ts';
import { pluggedFor, type MemoryLayout } from './layout.ts';

const LOOK_EVERY_MS = 25;
const DEADLINE_MS = 60_000;

/** What a program is given first is there before its first instruction. Returns what is plugged in. */
export async function plugFirst(
  machine: Machine,
  layout: MemoryLayout,
  programBytes: number,
): Promise<number> {
  const wanted = pluggedFor(layout, programBytes);
  if (wanted === 0) return 0;
  await machine.setPlugged(wanted);
  const endMs = performance.now() + DEADLINE_MS;
  while (performance.now() < endMs) {
    if ((await machine.plugged()) >= wanted) return wanted;
    await sleep(LOOK_EVERY_MS);
  }
  throw new LimberError('microvm-not-started', {
    problem: `its guest did not take the first ${Math.round(wanted / 2 ** 20)} MiB of memory`,
    hint: 'Try again with a smaller --memory.',
  });
}
