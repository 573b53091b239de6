import { formatBytes } from '#model/quantities.ts';
import type { TimelinePoint } from '#model/summary.ts';
import type { Style } from './style.ts';
import { alignRows } from './text-table.ts';

const SHOWN_SECONDS = 60;
const SHOWN_ROWS = 12;
const BAR_COLUMNS = 30;

/** How memory ran out: the last minute of readings, thinned to a dozen rows with a bar each. */
export function lastMinuteLines(timeline: readonly TimelinePoint[], style: Style): string[] {
  const end = timeline.at(-1);
  if (!end) return [];
  const shown = thin(
    timeline.filter(({ atSeconds }) => atSeconds >= end.atSeconds - SHOWN_SECONDS),
  );
  const top = Math.max(...shown.map((point) => Math.max(point.memoryBytes, finite(point))));
  const headings = ['at', 'in use', 'allocated', ''].map((text) => style.paint('dim', text));
  const rows = shown.map((point) => [
    `${point.atSeconds.toFixed(2)} s`,
    formatBytes(point.memoryWorkingSetBytes),
    formatBytes(point.allocation.memoryBytes),
    `${bar(point, top, style)}${point.memoryStalled ? ` ${style.paint('red', 'stalled')}` : ''}`,
  ]);
  return [
    `  ${style.paint('bold', 'Memory in the last minute')}`,
    ...alignRows([headings, ...rows], { align: ['right', 'right', 'right', 'left'], indent: '  ' }),
  ];
}

/** Every n-th reading, always with the last: that is the one that counts. */
function thin(points: readonly TimelinePoint[]): TimelinePoint[] {
  const every = Math.max(1, Math.ceil(points.length / SHOWN_ROWS));
  return points.filter((_, index) => (points.length - 1 - index) % every === 0);
}

function finite({ allocation, memoryBytes }: TimelinePoint): number {
  return Number.isFinite(allocation.memoryBytes) ? allocation.memoryBytes : memoryBytes;
}

/** Full for what is in use, light for what is allocated beyond it. */
function bar(point: TimelinePoint, top: number, style: Style): string {
  const columns = (bytes: number) => Math.round((Math.min(bytes, top) / top) * BAR_COLUMNS);
  const used = columns(point.memoryWorkingSetBytes);
  const held = Math.max(used, columns(finite(point)));
  const [full, light] = style.unicode ? ['█', '░'] : ['#', '.'];
  return style.paint('green', full.repeat(used)) + style.paint('blue', light.repeat(held - used));
}
