import { formatAllocated } from '#model/quantities.ts';
import type { Compared } from '#simulate/compare.ts';
import type { Difference } from '#simulate/differences.ts';
import type { FleetTotals } from '#simulate/fleet/account.ts';
import type { Totals } from '#simulate/result.ts';
import { formatSeconds } from './figures.ts';
import type { Style } from './style.ts';
import { alignRows, type Align } from './text-table.ts';

type Table = readonly (readonly string[])[];

const HEAD = [
  'policy',
  'slowdown',
  'memory slack',
  'over limit',
  'stalled',
  'CPU reserved/used',
  'throttled',
  'resizes',
  'out of memory',
] as const;

/** One row per policy. */
export function comparisonTable(compared: readonly Pick<Compared, 'policy' | 'totals'>[]): Table {
  return [HEAD, ...compared.map(({ policy, totals }) => [policy, ...cellsOf(totals)])];
}

function cellsOf(totals: Totals): string[] {
  return [
    ratio(totals.slowdown),
    share(totals.memorySlack),
    share(totals.overShare),
    share(totals.stalledShare),
    ratio(totals.cpuReservedPerUsed),
    share(totals.throttledShare),
    String(totals.resizes),
    String(totals.exhausted),
  ];
}

/** One column per policy: a fleet has more figures than policies. */
export function fleetTable(fleets: readonly { policy: string; totals: FleetTotals }[]): Table {
  const row = (name: string, read: (totals: FleetTotals) => string) => [
    name,
    ...fleets.map(({ totals }) => read(totals)),
  ];
  return [
    ['', ...fleets.map(({ policy }) => policy)],
    row('runs', ({ runs }) => String(runs)),
    row('refused', ({ refused }) => String(refused)),
    row('out of memory', ({ exhausted }) => String(exhausted)),
    row('growth refused', ({ growthRefused }) => String(growthRefused)),
    row('wait p50, p95, most', ({ waitSeconds: { p50, p95, most } }) => times([p50, p95, most])),
    row('slowdown p50, p95, most', ({ slowdowns: { p50, p95, most } }) =>
      [p50, p95, most].map(ratio).join(', '),
    ),
    ...prioritiesOf(fleets).map((priority) =>
      row(`  of priority ${priority}`, ({ priorities }) => {
        const found = priorities.find((one) => one.priority === priority)?.slowdowns;
        return found ? [found.p50, found.p95, found.most].map(ratio).join(', ') : '–';
      }),
    ),
    row('CPU used, reserved', ({ used, reserved }) => shares([used.cpu, reserved.cpu])),
    row('memory used, reserved', ({ used, reserved }) => shares([used.memory, reserved.memory])),
    row('memory slack', ({ memorySlack }) => share(memorySlack)),
    row('intervals over the limit', ({ overShare }) => share(overShare)),
    row('time stalled', ({ stalledShare }) => share(stalledShare)),
    row('time throttled', ({ throttledShare }) => share(throttledShare)),
    row('simulated time', ({ seconds }) => formatSeconds(seconds)),
  ];
}

/** Nothing where all runs have one. */
function prioritiesOf(fleets: readonly { totals: FleetTotals }[]): readonly number[] {
  const found = fleets.flatMap(({ totals }) => totals.priorities.map(({ priority }) => priority));
  const all = [...new Set(found)].toSorted((one, other) => other - one);
  return all.length > 1 ? all : [];
}

export function tableText(table: Table, style: Style): string {
  const align: Align[] = (table[0] ?? []).map((_, column) => (column === 0 ? 'left' : 'right'));
  const [head = '', ...rows] = alignRows(table, { align });
  return [style.paint('bold', head), ...rows, ''].join('\n');
}

const MOST_DIFFERENCES = 12;

/** The largest differences between what happened and what a policy would have done, in order of time. */
export function differencesText(
  policy: string,
  found: readonly Difference[],
  style: Style,
): string {
  if (found.length === 0) return `${policy} differs nowhere by more than a tenth.\n`;
  const shown = found.slice(0, MOST_DIFFERENCES).toSorted((a, b) => a.fromSeconds - b.fromSeconds);
  const rows = shown.map(({ key, fromSeconds, toSeconds, first, second }) => [
    `${fromSeconds.toFixed(1)}–${toSeconds.toFixed(1)} s`,
    NAMES[key],
    `${formatAllocated(key, second)} instead of ${formatAllocated(key, first)}`,
  ]);
  const rest = found.length - shown.length;
  return [
    style.paint('bold', `Where ${policy} would have given something else`),
    ...alignRows(rows, { align: ['right'], indent: '  ' }),
    ...(rest > 0 ? [`  and ${rest} smaller ones`] : []),
    '',
  ].join('\n');
}

const NAMES = {
  cpuCores: 'CPU',
  memoryBytes: 'memory',
  ingressBitsPerSecond: 'download',
  egressBitsPerSecond: 'upload',
} as const;

function ratio(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}

/** Small shares matter here: 0.03 % is not 0. */
function share(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const percent = value * 100;
  return `${percent === 0 || Math.abs(percent) >= 1 ? percent.toFixed(1) : percent.toPrecision(2)} %`;
}

function shares(values: readonly number[]): string {
  return values.map(share).join(', ');
}

function times(seconds: readonly number[]): string {
  return seconds.map(formatSeconds).join(', ');
}
