import { formatAllocated, formatBytes, formatCpuCores } from '#model/quantities.ts';
import { formatAge } from '../figures.ts';
import { paintOutcome } from '../outcome-text.ts';
import { placeText } from '../phase-lines.ts';
import { glyphs, type Style } from '../style.ts';
import { fitText, oneLine, type Align } from '../text-table.ts';
import type { LiveRun } from './source.ts';

const BAR_COLUMNS = 8;
const LONGEST_PLACE = 28;
/** In cores: less is measured where nothing was held up. */
const THROTTLED = 0.01;

type Look = { readonly style: Style; readonly nowMs: number };
type Column = {
  readonly heading: string;
  readonly align: Align;
  /** Shown on terminals at least this wide. */
  readonly from: number;
  readonly cell: (run: LiveRun, look: Look) => string;
};

/** What stands before the command. */
const COLUMNS: readonly Column[] = [
  { heading: 'ID', align: 'left', from: 0, cell: ({ id }) => id },
  {
    heading: 'AGE',
    align: 'right',
    from: 60,
    cell: ({ startedAtMs }, { nowMs }) => formatAge((nowMs - startedAtMs) / 1000),
  },
  { heading: 'STATUS', align: 'left', from: 80, cell: (run, { style }) => statusText(run, style) },
  { heading: 'PRIO', align: 'right', from: 100, cell: ({ priority }) => String(priority) },
  { heading: 'CPU', align: 'right', from: 0, cell: cpuText },
  { heading: '', align: 'left', from: 110, cell: cpuBar },
  { heading: 'MEMORY', align: 'right', from: 0, cell: memoryText },
  { heading: '', align: 'left', from: 110, cell: memoryBar },
  {
    heading: 'DOES',
    align: 'left',
    from: 80,
    cell: (run) => oneLine(readingOf(run)?.activity ?? ''),
  },
  { heading: 'IN', align: 'left', from: 130, cell: placeCell },
];

export function columnsFor(width: number): readonly Column[] {
  return COLUMNS.filter(({ from }) => width >= from);
}

/** What it uses, while it runs. */
function readingOf({ latest, status }: LiveRun) {
  return status === 'running' ? latest : undefined;
}

function statusText({ status }: LiveRun, style: Style): string {
  if (status === 'running' || status === 'queued') return style.paint('cyan', status);
  return paintOutcome(status, style);
}

function cpuText(run: LiveRun, { style }: Look): string {
  const point = readingOf(run);
  if (!point) return glyphs(style).nothing;
  return `${formatCpuCores(point.cpuCoresUsed)}/${formatAllocated('cpuCores', point.allocation.cpuCores)}`;
}

function memoryText(run: LiveRun, { style }: Look): string {
  const point = readingOf(run);
  if (!point) return glyphs(style).nothing;
  return `${formatBytes(point.memoryWorkingSetBytes)}/${formatAllocated('memoryBytes', point.allocation.memoryBytes)}`;
}

function cpuBar(run: LiveRun, { style }: Look): string {
  const point = readingOf(run);
  if (!point) return '';
  const fraction = point.cpuCoresUsed / point.allocation.cpuCores;
  return bar(fraction, { style, isHeldUp: point.cpuCoresThrottled > THROTTLED });
}

function memoryBar(run: LiveRun, { style }: Look): string {
  const point = readingOf(run);
  if (!point) return '';
  const fraction = point.memoryWorkingSetBytes / point.allocation.memoryBytes;
  return bar(fraction, { style, isHeldUp: point.memoryStalled });
}

/** How full it is, red while the program is held up by it. */
function bar(
  fraction: number,
  { style, isHeldUp }: { readonly style: Style; readonly isHeldUp: boolean },
): string {
  if (!Number.isFinite(fraction)) return '';
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_COLUMNS);
  const [on, off] = style.unicode ? ['█', '░'] : ['#', '.'];
  return (
    style.paint(isHeldUp ? 'red' : 'green', on.repeat(full)) +
    style.paint('blue', off.repeat(BAR_COLUMNS - full))
  );
}

function placeCell(run: LiveRun, { style }: Look): string {
  const place = readingOf(run)?.place ?? '';
  return place === '' ? '' : fitText(placeText(place), LONGEST_PLACE, glyphs(style).ellipsis);
}
