import { ERRORS, type ErrorCode } from '#model/errors.ts';
import { formatAllocated, formatBytes } from '#model/quantities.ts';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';
import { chartLines } from './charts.ts';
import {
  formatBits,
  formatCoreSeconds,
  formatGibSeconds,
  formatPercent,
  formatSeconds,
  formatTraffic,
  slackOf,
} from './figures.ts';
import { lastMinuteLines } from './last-minute.ts';
import { headline } from './outcome-text.ts';
import { glyphs, type Style } from './style.ts';
import { alignRows, oneLine, type Align } from './text-table.ts';

const BITS_PER_BYTE = 8;
const INDENT = '  ';

/** What a run was and what it cost, in the spirit of `time`: for stderr, after the program ended. */
export function report(
  summary: RunSummary,
  timeline: readonly TimelinePoint[],
  style: Style,
): string {
  const charts = chartLines(timeline, style);
  return [
    '',
    `${style.paint('bold', 'limber')}  ${headline(summary, style)}`,
    '',
    ...costLines(summary, timeline, style),
    ...(charts.length > 0 ? ['', ...charts] : []),
    ...lastMinute(summary, timeline, style),
    ...noteLines(summary, style),
    '',
  ].join('\n');
}

const HEADINGS = ['', 'used', 'reserved', 'slack', 'peak', 'resizes', 'held up'];
const ALIGN: readonly Align[] = ['left', 'right', 'right', 'right', 'right', 'right', 'left'];

/** One row per resource, so that the same figure of each stands in one column. */
export function costLines(
  summary: RunSummary,
  timeline: readonly TimelinePoint[],
  style: Style,
): string[] {
  const [head = [], ...rows] = costTable(summary, timeline, style);
  const headings = head.map((heading) => style.paint('dim', heading));
  const { rolledBack } = summary.resizes;
  const takenBack =
    rolledBack > 0 ? [style.paint('dim', `${INDENT}${countTakenBack(rolledBack)}`)] : [];
  return [...alignRows([headings, ...rows], { align: ALIGN, indent: INDENT }), ...takenBack];
}

/** The same as cells: headings, then a row for each resource. */
export function costTable(
  summary: RunSummary,
  timeline: readonly TimelinePoint[],
  style: Style,
): (readonly string[])[] {
  const rows = [HEADINGS, cpuRow(summary, timeline, style), memoryRow(summary, style)];
  const moved = summary.network.receivedBytes + summary.network.sentBytes;
  return moved > 0 ? [...rows, networkRow(summary, style)] : rows;
}

function cpuRow(
  { cpu, resizes }: RunSummary,
  timeline: readonly TimelinePoint[],
  style: Style,
): string[] {
  const peak = Math.max(0, ...timeline.map(({ cpuCoresUsed }) => cpuCoresUsed));
  return [
    'CPU',
    formatCoreSeconds(cpu.usedCoreSeconds),
    formatCoreSeconds(cpu.reservedCoreSeconds),
    slack(cpu.usedCoreSeconds, cpu.reservedCoreSeconds, style),
    timeline.length > 0 ? formatAllocated('cpuCores', peak) : glyphs(style).nothing,
    String(resizes.cpu),
    heldUp(cpu.throttledSeconds, 'throttled', style),
  ];
}

function memoryRow({ memory, resizes }: RunSummary, style: Style): string[] {
  return [
    'memory',
    formatGibSeconds(memory.usedByteSeconds),
    formatGibSeconds(memory.reservedByteSeconds),
    slack(memory.usedByteSeconds, memory.reservedByteSeconds, style),
    formatBytes(memory.peakBytes),
    String(resizes.memory),
    heldUp(memory.stalledSeconds, 'stalled', style),
  ];
}

function networkRow({ network, resizes }: RunSummary, style: Style): string[] {
  const { nothing, down, up } = glyphs(style);
  const usedBits = (network.receivedBytes + network.sentBytes) * BITS_PER_BYTE;
  return [
    'network',
    formatBits(usedBits),
    Number.isFinite(network.reservedBitSeconds)
      ? formatBits(network.reservedBitSeconds)
      : 'unlimited',
    slack(usedBits, network.reservedBitSeconds, style),
    nothing,
    String(resizes.network),
    `${down} ${formatTraffic(network.receivedBytes)}  ${up} ${formatTraffic(network.sentBytes)}`,
  ];
}

function slack(used: number, reserved: number, style: Style): string {
  const fraction = slackOf(used, reserved);
  return fraction === undefined ? glyphs(style).nothing : formatPercent(fraction);
}

function heldUp(seconds: number, how: string, style: Style): string {
  if (seconds < 0.005) return glyphs(style).nothing;
  return `${formatSeconds(seconds)} ${how}`;
}

function countTakenBack(count: number): string {
  return count === 1 ? '1 cut was taken back' : `${count} cuts were taken back`;
}

function lastMinute(
  summary: RunSummary,
  timeline: readonly TimelinePoint[],
  style: Style,
): string[] {
  if (summary.outcome !== 'memory-exhausted') return [];
  return ['', ...lastMinuteLines(timeline, style)];
}

/** Why Limber ended it, in red, and what else the user should know; of hints `explain` tells. */
export function noteLines(run: Pick<RunSummary, 'notes'>, style: Style): string[] {
  const notes = run.notes.filter(({ code }) => code !== 'hinted');
  if (notes.length === 0) return [];
  const mark = (code: ErrorCode) =>
    ERRORS[code].exitCode === 0 ? style.paint('yellow', 'note') : style.paint('red', 'why ');
  return ['', ...notes.map(({ code, text }) => `${INDENT}${mark(code)}  ${oneLine(text)}`)];
}
