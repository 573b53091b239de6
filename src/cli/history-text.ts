import { formatBytes, formatCpuCores } from '#model/quantities.ts';
import type { Learned } from '#record/history/learned.ts';
import { formatAge, formatSeconds } from './figures.ts';
import type { Style } from './style.ts';
import { alignRows, oneLine, type Align } from './text-table.ts';

const HEADINGS = ['CODE', 'RUNS', 'LAST', 'MEMORY', 'P95', 'CPU P95', 'TIME', 'COMMAND'];
const ALIGN: readonly Align[] = [
  'left',
  ...Array.from({ length: 6 }, () => 'right' as const),
  'left',
];
const PLACE_HEADINGS = ['PLACE', 'TIME', 'CPU', 'GREW BY', 'NEXT'];
/** Enough to tell codes apart, and to name one. */
const SHOWN = 10;

/** What is known of which code: median and p95 of its peak memory, cores, duration. */
export function historyTable(rows: readonly Learned[], nowMs: number, style: Style): string {
  if (rows.length === 0) return 'Nothing was learned yet.\n';
  const cells = rows.map(({ fingerprint, title, lastRunAtMs, estimate }) => [
    fingerprint.slice(0, SHOWN),
    String(estimate.runs),
    formatAge((nowMs - lastRunAtMs) / 1000),
    `${estimate.peakMemoryBytes.atLeast ? '≥ ' : ''}${formatBytes(estimate.peakMemoryBytes.p50)}`,
    formatBytes(estimate.peakMemoryBytes.p95),
    formatCpuCores(estimate.cpuCores.p95),
    formatSeconds(estimate.durationSeconds.p50),
    oneLine(title),
  ]);
  const headings = HEADINGS.map((heading) => style.paint('bold', heading));
  return `${alignRows([headings, ...cells], { align: ALIGN }).join('\n')}\n`;
}

/** The places of one code, those where it goes most first. */
export function placesTable({ estimate }: Learned, style: Style): string {
  if (estimate.places.length === 0) return '';
  const cells = estimate.places.map(({ key, durationsMs, cpuCores, grownBytes, next }) => [
    oneLine(key),
    formatSeconds((durationsMs[Math.floor(durationsMs.length / 2)] ?? 0) / 1000),
    formatCpuCores(cpuCores),
    formatBytes(grownBytes),
    oneLine(Object.entries(next).toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? ''),
  ]);
  const headings = PLACE_HEADINGS.map((heading) => style.paint('bold', heading));
  const align: readonly Align[] = ['left', 'right', 'right', 'right', 'left'];
  return `\n${alignRows([headings, ...cells], { align }).join('\n')}\n`;
}
