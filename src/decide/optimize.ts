import type { Config, PredictiveSettings } from '#config/schema.ts';
import type { Aim } from '#model/optimize.ts';

/** The price λ of one second in which the program stands still, in reserved core-seconds. */
const PRICES: Readonly<Record<Aim, number>> = { cost: 25, balanced: 100, speed: 400 };

/**
 * The settings of `predictive` at other prices; those that the user wrote are meant for `balanced`.
 * With ρ = λ / 100:
 * - windows × ρ. What is not used is kept for as long as keeping it costs no more than the one stall
 *   that taking it away may cause (break-even; 3 ms of throttling × λ = 0.3 s of one idle core).
 * - margins × √ρ. A margin m costs m at all times, and demand exceeds it with a probability that
 *   is taken to fall as 1/m²: then m + λ · c/m is least where m grows with √λ.
 * The prices, the 3 ms and the 1/m² are chosen so that `balanced` is what it was; they are not measured.
 * Example: `speed` has λ = 400, ρ = 4: a CPU window of 0.3 s becomes 1.2 s, a CPU margin of 1.1
 * becomes 1.2, a memory headroom of 256 KiB becomes 512 KiB.
 */
export function optimize(
  settings: PredictiveSettings,
  { cpu, memory, network }: Config['optimize'],
): PredictiveSettings {
  const at = (aim: Aim) => {
    const ratio = PRICES[aim] / PRICES.balanced;
    return {
      window: (ms: number) => ms * ratio,
      margin: (factor: number) => 1 + (factor - 1) * Math.sqrt(ratio),
      amount: (value: number) => value * Math.sqrt(ratio),
    };
  };
  const [forCpu, forMemory, forNetwork] = [at(cpu), at(memory), at(network)];
  return {
    ...settings,
    cpuWindowMs: forCpu.window(settings.cpuWindowMs),
    cpuMargin: forCpu.margin(settings.cpuMargin),
    memoryWindowMs: forMemory.window(settings.memoryWindowMs),
    memoryLead: Math.max(1, forMemory.window(settings.memoryLead)),
    memoryMargin: forMemory.margin(settings.memoryMargin),
    memorySafety: forMemory.margin(settings.memorySafety),
    memoryHeadroomBytes: forMemory.amount(settings.memoryHeadroomBytes),
    networkWindowMs: forNetwork.window(settings.networkWindowMs),
    networkMargin: forNetwork.margin(settings.networkMargin),
  };
}
