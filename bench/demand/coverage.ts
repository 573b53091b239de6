import type { Demand } from '#model/complexity.ts';
import { rounded } from '../measure/statistics.ts';
import { printTable } from '../measure/table.ts';
import type { Measured } from './measure-run.ts';

const QUANTITIES = ['peakMemoryBytes', 'cpuCores', 'networkIntensity', 'idleShare'] as const;
type Quantity = (typeof QUANTITIES)[number];

/** What a look at /proc cannot tell apart, and what every interpreter does besides. */
const TOLERANCE: Readonly<Record<Quantity, number>> = {
  peakMemoryBytes: 2 * 2 ** 20,
  cpuCores: 0,
  networkIntensity: 0.01,
  idleShare: 0.02,
};

type Given = readonly { readonly name: string; readonly measured: Measured }[];

/** Prints predicted intervals beside what was measured, and returns the share that they hold. */
export function printCoverage(programs: Given, demands: ReadonlyMap<string, Demand>) {
  return QUANTITIES.map((quantity) => {
    const rows = programs.map(({ name, measured }) => {
      const { low, likely, high } = demands.get(name)![quantity];
      const value = measured[quantity];
      const slack = TOLERANCE[quantity];
      const holds = value >= low - slack && value <= high + slack;
      return { name, low, likely, high, value, holds };
    });
    process.stdout.write(`\n${quantity}\n`);
    printTable([
      ['', 'low', 'likely', 'high', 'measured', 'held'],
      ...rows.map(({ name, low, likely, high, value, holds }) => [
        name,
        ...[low, likely, high, value].map((each) => textOf(quantity, each)),
        holds ? '' : 'no',
      ]),
    ]);
    const held = rows.filter(({ holds }) => holds).length / rows.length;
    const width = rows.reduce((sum, { low, high }) => sum + widthOf(quantity, low, high), 0);
    const figures = { quantity, programs: rows.length, held, meanWidth: width / rows.length };
    process.stdout.write(`held ${rounded(held)}, mean width ${rounded(figures.meanWidth)}\n`);
    return figures;
  });
}

/** Of shares, their difference; of memory and cores, doublings. */
function widthOf(quantity: Quantity, low: number, high: number): number {
  if (quantity === 'cpuCores') return Math.log2((1 + high) / (1 + low));
  if (quantity === 'peakMemoryBytes') return Math.log2((1 + high / 2 ** 20) / (1 + low / 2 ** 20));
  return high - low;
}

function textOf(quantity: Quantity, value: number): string {
  return String(rounded(quantity === 'peakMemoryBytes' ? value / 2 ** 20 : value));
}
