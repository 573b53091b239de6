import type { Demand, DemandEstimate } from '#model/complexity.ts';
import { formatBytes, formatCpuCores } from '#model/quantities.ts';
import type { Fact } from './fact-lines.ts';
import { formatPercent } from './figures.ts';
import { oneLine } from './text-table.ts';

/** What sizing will believe, each as an interval with its reason. */
export function demandFacts(demand: Demand): Fact[] {
  return [
    ['memory', ...estimate(demand.peakMemoryBytes, formatBytes)],
    ['CPU', ...estimate(demand.cpuCores, formatCpuCores)],
    ['network', ...estimate(demand.networkIntensity, formatPercent)],
    ['waiting', ...estimate(demand.idleShare, formatPercent)],
  ];
}

function estimate(
  { low, likely, high, reason }: DemandEstimate,
  format: (value: number) => string,
): string[] {
  const range =
    low === high ? format(likely) : `${format(likely)} (${format(low)} to ${format(high)})`;
  return [`${range}: ${oneLine(reason)}`];
}
