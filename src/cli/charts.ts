import type { AllocationKey } from '#model/allocation.ts';
import { formatAllocated } from '#model/quantities.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { rangeText } from './allocation-text.ts';
import { resample, sparkline } from './sparkline.ts';
import type { Style } from './style.ts';
import { alignRows } from './text-table.ts';

const WIDEST = 60;
const NARROWEST = 10;
/** Indent, both words in front of a picture and the figure behind it. */
const BESIDE_COLUMNS = 40;
/** Less than this in all is neighbour discovery and the like, not the program. */
const NETWORK_BITS_PER_SECOND = 10_000;

type Chart = {
  readonly name: string;
  readonly key: AllocationKey;
  readonly used: (point: TimelinePoint) => number;
};

const CHARTS: readonly Chart[] = [
  { name: 'CPU', key: 'cpuCores', used: (point) => point.cpuCoresUsed },
  { name: 'memory', key: 'memoryBytes', used: (point) => point.memoryWorkingSetBytes },
  { name: 'download', key: 'ingressBitsPerSecond', used: (point) => point.ingressBitsPerSecond },
  { name: 'upload', key: 'egressBitsPerSecond', used: (point) => point.egressBitsPerSecond },
];

/** Allocation over usage against the same top, one picture per resource that mattered. */
export function chartLines(timeline: readonly TimelinePoint[], style: Style): string[] {
  const endSeconds = timeline.at(-1)?.atSeconds ?? 0;
  if (timeline.length < 2) return [];
  const columns = Math.max(NARROWEST, Math.min(WIDEST, style.columns - BESIDE_COLUMNS));
  const charts = CHARTS.filter((chart) => isWorthShowing(chart, timeline));
  const rows = charts.flatMap((chart, index) => [
    ...(index > 0 ? [[]] : []),
    ...chartRows(chart, { timeline, columns, endSeconds, style }),
  ]);
  return alignRows(rows, { indent: '  ' });
}

function isWorthShowing({ key, used }: Chart, timeline: readonly TimelinePoint[]): boolean {
  if (key === 'cpuCores' || key === 'memoryBytes') return true;
  return timeline.some((point) => used(point) > NETWORK_BITS_PER_SECOND);
}

type Canvas = {
  readonly timeline: readonly TimelinePoint[];
  readonly columns: number;
  readonly endSeconds: number;
  readonly style: Style;
};

function chartRows({ name, key, used }: Chart, canvas: Canvas): string[][] {
  const { timeline, style } = canvas;
  const allocated = timeline.map((point) => point.allocation[key]);
  const mostAllocated = Math.max(...allocated);
  const mostUsed = Math.max(...timeline.map(used));
  const isLimited = Number.isFinite(mostAllocated);
  const top = isLimited ? Math.max(mostAllocated, mostUsed) : mostUsed;
  const picture = (value: (point: TimelinePoint) => number, colour: 'blue' | 'green') => {
    const readings = timeline.map((point) => ({ atSeconds: point.atSeconds, value: value(point) }));
    return style.paint(
      colour,
      sparkline(resample(readings, canvas), { top, unicode: style.unicode }),
    );
  };
  const usedRow = ['used', picture(used, 'green'), `up to ${formatAllocated(key, mostUsed)}`];
  if (!isLimited) return [[name, ...usedRow]];
  const held = picture((point) => point.allocation[key], 'blue');
  const range = rangeText(key, Math.min(...allocated), mostAllocated);
  return [
    [name, 'allocated', held, range],
    ['', ...usedRow],
  ];
}
