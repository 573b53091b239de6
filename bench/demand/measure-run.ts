import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { RunSummary } from '#model/summary.ts';
import { limberRun } from '../measure/limber-run.ts';
import { BusyThreads } from './busy-threads.ts';

/** A tenth of what a slow line gives: at that rate a program counts as half on the network. */
const HALF_BYTES_PER_SECOND = 1.25e6;

/** What a program did in one run, in the terms of its demand. */
export type Measured = {
  /** Interpreter included. */
  readonly peakMemoryBytes: number;
  readonly cpuCores: number;
  readonly networkIntensity: number;
  readonly idleShare: number;
};

/** One run under `--policy unlimited`, in a home of its own. */
export async function measureRun(
  path: string,
  args: readonly string[],
  options: readonly string[],
): Promise<Measured> {
  const home = mkdtempSync(join(tmpdir(), 'limber-demand-'));
  let busy: BusyThreads | undefined;
  try {
    const summary = await limberRun({
      script: path,
      home,
      options: ['--policy', 'unlimited', '--probe', 'off', '--max-memory', '4Gi', ...options],
      config: {},
      args,
      onStarted: (pid) => (busy = new BusyThreads(pid)),
    });
    if (summary.exitCode !== 0)
      throw new Error(`${basename(path)} ended with ${summary.exitCode} (${summary.outcome})`);
    return measuredFrom(summary, busy!.stop());
  } finally {
    busy?.stop();
    rmSync(home, { recursive: true });
  }
}

/**
 * On a busy machine what computes takes longer and what sleeps does not: seconds of waiting are set
 * against the seconds that the same work takes on cores of its own.
 * Worked: idle in half of 4 s, 1 core-second used by one thread: 2 / (2 + 1) = 0.67.
 */
function measuredFrom(
  { wallSeconds, cpu, memory, network }: RunSummary,
  looks: readonly number[],
): Measured {
  const busy = looks.filter((threads) => threads > 0).toSorted((a, b) => a - b);
  const threads = busy.reduce((sum, each) => sum + each, 0) / busy.length || 1;
  const idleSeconds = wallSeconds * (1 - busy.length / Math.max(1, looks.length));
  const ownSeconds = idleSeconds + cpu.usedCoreSeconds / threads;
  const bytesPerSecond = (network.receivedBytes + network.sentBytes) / ownSeconds;
  return {
    peakMemoryBytes: memory.peakBytes,
    cpuCores: busy[Math.floor(busy.length * 0.95)] ?? 0,
    networkIntensity: bytesPerSecond / (bytesPerSecond + HALF_BYTES_PER_SECOND),
    idleShare: idleSeconds / ownSeconds,
  };
}
