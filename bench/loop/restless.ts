import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Member } from './fleet.ts';

const PROGRAM = resolve(import.meta.dirname, '../programs/restless.py');

/** One burst of a restless program; times in nanoseconds of CLOCK_MONOTONIC. */
export type Burst = {
  readonly id: string;
  readonly kind: 'cpu' | 'memory';
  readonly began: number;
  readonly ended: number;
  /** When the program was held up for more than 4 ms. */
  readonly gaps: readonly (readonly [number, number])[];
};

/** Runs the program inside the member's cgroups until its time is over. */
export async function runRestless(
  { id, procsFiles }: Member,
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
): Promise<readonly Burst[]> {
  const bursts: Burst[] = [];
  const child = spawn('python3', [PROGRAM, String(seed), String(seconds), ...procsFiles], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface(child.stdout)) {
    const event = JSON.parse(line) as Burst | { readonly kind: 'ready' };
    if (event.kind !== 'ready') bursts.push({ ...event, id });
  }
  await ended;
  return bursts;
}
