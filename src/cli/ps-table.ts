import { formatAllocated, formatBytes, formatCpuCores } from '#model/quantities.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { formatAge } from './figures.ts';
import { paintOutcome } from './outcome-text.ts';
import { statusOf, type RunRecord } from './run-reader.ts';
import { glyphs, type Style } from './style.ts';
import { alignRows, fitText, oneLine, visibleWidth, type Align } from './text-table.ts';

export type PsRow = {
  readonly record: Pick<RunRecord, 'id' | 'startedAtMs' | 'title' | 'outcome' | 'summary'> & {
    readonly submission: Pick<RunRecord['submission'], 'policy'>;
  };
  /** The newest reading of a run that goes on. */
  readonly latest?: TimelinePoint;
};

const HEADINGS = ['ID', 'AGE', 'STATUS', 'POLICY', 'CPU', 'MEMORY', 'COMMAND'];
const ALIGN: readonly Align[] = ['left', 'right', 'left', 'left', 'right', 'right', 'left'];

/** Runs as a table, fitted to the terminal: the command gives way. */
export function psTable(rows: readonly PsRow[], nowMs: number, style: Style): string {
  const headings = HEADINGS.map((heading) => style.paint('bold', heading));
  const cells = rows.map((row) => cellsOf(row, nowMs, style));
  const withoutCommand = alignRows(
    [headings, ...cells].map((row) => row.slice(0, -1)),
    { align: ALIGN },
  );
  const room = Math.max(10, style.columns - 2 - Math.max(...withoutCommand.map(visibleWidth)));
  const fitted = cells.map((row) => [
    ...row.slice(0, -1),
    fitText(row.at(-1) ?? '', room, glyphs(style).ellipsis),
  ]);
  return `${alignRows([headings, ...fitted], { align: ALIGN }).join('\n')}\n`;
}

function cellsOf({ record, latest }: PsRow, nowMs: number, style: Style): string[] {
  const status = statusOf(record);
  return [
    record.id,
    formatAge((nowMs - record.startedAtMs) / 1000),
    status === 'running' ? style.paint('cyan', status) : paintOutcome(status, style),
    record.submission.policy,
    ...(latest ? usageNow(latest) : usageInAll(record, style)),
    oneLine(record.title),
  ];
}

/** Of a run that goes on: what it uses of what it may use. */
function usageNow({ allocation, cpuCoresUsed, memoryWorkingSetBytes }: TimelinePoint): string[] {
  return [
    `${formatCpuCores(cpuCoresUsed)}/${formatAllocated('cpuCores', allocation.cpuCores)}`,
    `${formatBytes(memoryWorkingSetBytes)}/${formatAllocated('memoryBytes', allocation.memoryBytes)}`,
  ];
}

/** Of one that has ended: its mean CPU and its peak of memory. */
function usageInAll({ summary }: PsRow['record'], style: Style): string[] {
  const { nothing } = glyphs(style);
  if (!summary) return [nothing, nothing];
  const cores = summary.wallSeconds > 0 ? summary.cpu.usedCoreSeconds / summary.wallSeconds : 0;
  return [formatCpuCores(cores), formatBytes(summary.memory.peakBytes)];
}
