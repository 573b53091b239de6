import { formatBytes } from '#model/quantities.ts';
import type { RunSummary } from '#model/summary.ts';
import type { Style } from './style.ts';
import { alignRows, oneLine } from './text-table.ts';

/** Less that no look saw is the ends of processes; more is worth a line. */
const UNSEEN_SHARE = 0.05;

/** Which commands used the CPU and the memory. Records of older versions have none. */
export function processLines(summary: RunSummary | undefined, style: Style): string[] {
  const processes = (summary as Partial<RunSummary> | undefined)?.processes ?? [];
  if (summary === undefined || processes.length === 0) return [];
  const rows = processes.map(({ name, processes: count, coreSeconds, peakMemoryBytes }) => [
    oneLine(name === '' ? 'others' : name),
    count === 1 ? '' : `${count} processes`,
    coreSecondsText(coreSeconds),
    formatBytes(peakMemoryBytes),
  ]);
  const { usedCoreSeconds } = summary.cpu;
  const unseen = processes.reduce((left, { coreSeconds }) => left - coreSeconds, usedCoreSeconds);
  if (unseen > usedCoreSeconds * UNSEEN_SHARE)
    rows.push(['not seen', '', coreSecondsText(unseen), '']);
  return [
    style.paint('bold', '  processes'),
    ...alignRows(rows, { align: ['left', 'right', 'right', 'right'], indent: '    ' }),
  ];
}

function coreSecondsText(coreSeconds: number): string {
  return `${coreSeconds.toFixed(2)} core-s`;
}
