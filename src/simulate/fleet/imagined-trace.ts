import type { Random } from '../random.ts';
import type { Trace, TraceReading } from '../traces/trace.ts';

const MEGABYTE = 1e6;

/**
 * A program such as people hand in: it starts an interpreter, then waits, computes, loads and lets
 * go in turn, for a few seconds up to some minutes. One reading a second.
 */
export function imaginedTrace(id: string, random: Random): Trace {
  const seconds = Math.max(3, Math.round(logNormal(random, 15, 0.9)));
  const baseBytes = logNormal(random, 40, 0.5) * MEGABYTE;
  const readings: TraceReading[] = [];
  let phase = nextPhase(random, baseBytes, baseBytes);
  let memoryBytes = baseBytes / 4;
  for (let atSeconds = 0; atSeconds <= seconds; atSeconds++) {
    if (atSeconds >= phase.untilSeconds)
      phase = nextPhase(random, baseBytes, memoryBytes, atSeconds);
    memoryBytes += (phase.memoryBytes - memoryBytes) * phase.share;
    const cpuCores = Math.max(0.005, phase.cpuCores * (0.9 + 0.2 * random()));
    readings.push({ atSeconds, memoryBytes, cpuCores });
  }
  return { id, readings };
}

type Phase = {
  readonly untilSeconds: number;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  /** How much of the way to its memory it goes in a second. */
  readonly share: number;
};

function nextPhase(random: Random, baseBytes: number, nowBytes: number, atSeconds = 0): Phase {
  const untilSeconds = atSeconds + 1 + Math.floor(logNormal(random, 4, 0.8));
  const kind = random();
  if (kind < 0.4) return { untilSeconds, cpuCores: 0.01, memoryBytes: nowBytes, share: 1 };
  if (kind < 0.7) return { untilSeconds, cpuCores: 1, memoryBytes: nowBytes * 1.05, share: 0.3 };
  if (kind < 0.85) {
    const memoryBytes = baseBytes + logNormal(random, 150, 0.9) * MEGABYTE;
    return { untilSeconds, cpuCores: 0.8, memoryBytes, share: 0.6 };
  }
  const cpuCores = random() < 0.3 ? 2 : 0.6;
  return { untilSeconds, cpuCores, memoryBytes: baseBytes, share: 0.8 };
}

/** Box–Muller; the median is `median`. */
function logNormal(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}
