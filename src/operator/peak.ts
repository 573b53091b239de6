import { cpuCoresOf, cpuQuantity, memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import type { Amounts } from '#runtimes/kubernetes/resize/shape.ts';
import type { AmountTexts, ContainerRecommendation } from './elastic-policy.ts';

type Peak = NonNullable<ContainerRecommendation['peak']>;

/** As for the Vertical Pod Autoscaler's samples: what a day ago was needed counts half. */
const HALF_LIFE_MS = 24 * 3_600_000;
/** So much more than what is left of the last peak is a new one. */
const NEWS = 1.01;
const MIB = 2 ** 20;

/** The peak from now on, the same object while nothing higher was seen. Times in milliseconds since 1970. */
export function withPeak(peak: Peak | undefined, target: AmountTexts, nowMs: number): Peak {
  const [left, now] = [peak && whatIsLeft(peak, nowMs), amountsOf(target)];
  const isNew =
    !left || now.cpuCores > left.cpuCores * NEWS || now.memoryBytes > left.memoryBytes * NEWS;
  if (peak && !isNew) return peak;
  const cpuCores = Math.max(now.cpuCores, left?.cpuCores ?? 0);
  const memoryBytes = Math.max(now.memoryBytes, left?.memoryBytes ?? 0);
  return {
    cpu: cpuQuantity(Math.ceil(cpuCores * 1000) / 1000),
    memory: `${Math.ceil(memoryBytes / MIB)}Mi`,
    time: new Date(nowMs).toISOString(),
  };
}

/** What a new container begins with: what is left of the peak, and at least what the others need now. */
export function beginningOf({ target, peak }: ContainerRecommendation, nowMs: number): Amounts {
  const [now, left] = [amountsOf(target), peak && whatIsLeft(peak, nowMs)];
  return {
    cpuCores: Math.max(now.cpuCores, left?.cpuCores ?? 0),
    memoryBytes: Math.max(now.memoryBytes, left?.memoryBytes ?? 0),
  };
}

function whatIsLeft(peak: Peak, nowMs: number): Amounts {
  const share = 0.5 ** (Math.max(0, nowMs - Date.parse(peak.time)) / HALF_LIFE_MS);
  const { cpuCores, memoryBytes } = amountsOf(peak);
  return { cpuCores: cpuCores * share, memoryBytes: memoryBytes * share };
}

function amountsOf({ cpu, memory }: AmountTexts): Amounts {
  return { cpuCores: cpuCoresOf(cpu), memoryBytes: memoryBytesOf(memory) };
}
