import type { AllocationKey } from '#model/allocation.ts';
import { formatAllocated } from '#model/quantities.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { formatAge, formatSeconds } from '../figures.ts';
import { longProgress } from '../loop-progress-text.ts';
import { paintOutcome } from '../outcome-text.ts';
import { placeText } from '../phase-lines.ts';
import { glyphs, type Style } from '../style.ts';
import { fitText, oneLine } from '../text-table.ts';
import { areaChart } from './area-chart.ts';
import { clip, keyLine } from './lines.ts';
import type { Size } from './screen.ts';
import type { WatchedRun } from './source.ts';
import { columnsOf, type Window } from './window.ts';

/** How much time `+` and `-` show; the last is all of it. */
export const SPANS_SECONDS = [5, 15, 60, 300, 1800, Infinity] as const;

export type WatchState = {
  readonly run: WatchedRun;
  /** How much time the charts show; Infinity: all of it. */
  readonly spanSeconds: number;
  readonly isPaused: boolean;
  readonly nowMs: number;
  /** Whether `esc` goes back to a list. */
  readonly hasList: boolean;
  readonly problem?: string;
};

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
/** Less than this is neighbour discovery and the like, not the program. */
const NETWORK_BITS_PER_SECOND = 10_000;
const LABEL_COLUMNS = 9;
const MOST_SENTENCES = 4;
const MOST_CHART_ROWS = 10;

/** The whole screen of `limber watch`, line by line. */
export function watchFrame(state: WatchState, size: Size, style: Style): string[] {
  const { run } = state;
  const charts = CHARTS.filter((chart) => isWorthShowing(chart, run.timeline));
  const head = headLines(state, style);
  const sentences = run.sentences.slice(-Math.min(MOST_SENTENCES, Math.max(1, size.rows - 16)));
  const why = whyLines(sentences, size, style);
  // A heading for each chart, the time axis, a blank line before the reasons, and the keys.
  const room = size.rows - head.length - why.length - charts.length - 3;
  const rows = Math.max(1, Math.min(MOST_CHART_ROWS, Math.floor(room / charts.length)));
  const window = windowOf(state, size);
  const pictures = charts.flatMap((chart) => chartLines(chart, { run, window, rows, style }));
  const body = [...head, ...pictures, axisLine(window, style), '', ...why].slice(0, size.rows - 1);
  const fill = Array.from({ length: Math.max(0, size.rows - 1 - body.length) }, () => '');
  return [...body, ...fill, footLine(state, size, style)].map((line) => clip(line, size.columns));
}

function headLines({ run, nowMs }: WatchState, style: Style): string[] {
  const { latest, status } = run;
  const { separator } = glyphs(style);
  const isRunning = status === 'running' || status === 'queued';
  const facts = [
    isRunning ? style.paint('cyan', status) : paintOutcome(status, style),
    `started ${formatAge((nowMs - run.startedAtMs) / 1000)} ago`,
    ...(run.policy === '' ? [] : [`${run.policy} policy`]),
    `priority ${run.priority}`,
  ];
  const does = latest && isRunning ? doesText(latest, style) : '';
  return [
    `${style.paint('bold', `limber watch ${run.id}`)}  ${oneLine(run.title)}`,
    facts.join(separator),
    does,
  ];
}

function doesText({ activity, place, progress }: TimelinePoint, style: Style): string {
  const where = place === '' ? '' : ` in ${placeText(place)}`;
  const far = progress ? `${glyphs(style).separator}${longProgress(progress, style)}` : '';
  return `${style.paint('cyan', oneLine(activity))}${where}${far}`;
}

function isWorthShowing({ key, used }: Chart, timeline: readonly TimelinePoint[]): boolean {
  if (key === 'cpuCores' || key === 'memoryBytes') return true;
  return timeline.some((point) => used(point) > NETWORK_BITS_PER_SECOND);
}

function windowOf({ run, spanSeconds }: WatchState, { columns }: Size): Window {
  const end = run.timeline.at(-1)?.atSeconds ?? 0;
  // Half a minute of charts for a run of a second would show nothing of it.
  const whole = SPANS_SECONDS.find((span) => span >= end && Number.isFinite(span)) ?? end;
  const span = Math.min(spanSeconds, whole);
  const fromSeconds = Math.max(0, end - span);
  return {
    fromSeconds,
    toSeconds: fromSeconds + span,
    columns: Math.max(10, columns - LABEL_COLUMNS - 1),
  };
}

type Canvas = {
  readonly run: WatchedRun;
  readonly window: Window;
  readonly rows: number;
  readonly style: Style;
};

function chartLines({ name, key, used }: Chart, { run, window, rows, style }: Canvas): string[] {
  const usedColumns = columnsOf(run.timeline, window, used);
  const allocated = columnsOf(run.timeline, window, (point) => point.allocation[key]);
  const finite = [...usedColumns, ...allocated].filter(
    (value) => value !== undefined && Number.isFinite(value),
  ) as number[];
  const top = Math.max(0, ...finite);
  const { latest } = run;
  const now = latest
    ? `${formatAllocated(key, used(latest))} used, ${formatAllocated(key, latest.allocation[key])} allocated${heldText(key, latest, style)}`
    : 'no reading yet';
  const picture = areaChart({ used: usedColumns, allocated, top, rows }, style);
  return [
    `${style.paint('bold', name.padEnd(LABEL_COLUMNS))} ${now}`,
    ...picture.map((line, index) => {
      const label = index === 0 ? formatAllocated(key, top) : index === rows - 1 ? '0' : '';
      return `${style.paint('dim', label.padStart(LABEL_COLUMNS - 1))} ${line}`;
    }),
  ];
}

function heldText(key: AllocationKey, latest: TimelinePoint, style: Style): string {
  if (key === 'cpuCores' && latest.cpuCoresThrottled > 0.01)
    return `, ${style.paint('yellow', 'throttled')}`;
  if (key === 'memoryBytes' && latest.memoryStalled) return `, ${style.paint('red', 'stalled')}`;
  return '';
}

function axisLine({ fromSeconds, toSeconds, columns }: Window, style: Style): string {
  const [from, to] = [formatSeconds(fromSeconds), formatSeconds(toSeconds)];
  const gap = ' '.repeat(Math.max(1, columns - from.length - to.length));
  return style.paint('dim', `${' '.repeat(LABEL_COLUMNS)}${from}${gap}${to}`);
}

function whyLines(sentences: readonly string[], { columns }: Size, style: Style): string[] {
  if (sentences.length === 0) return [style.paint('dim', 'It was not resized yet.')];
  const { ellipsis } = glyphs(style);
  return sentences.toReversed().map((text) => fitText(oneLine(text), columns, ellipsis));
}

function footLine(state: WatchState, { columns }: Size, style: Style): string {
  if (state.problem !== undefined) return style.paint('red', oneLine(state.problem));
  const { isPaused, spanSeconds, hasList } = state;
  const span = Number.isFinite(spanSeconds) ? `last ${formatSeconds(spanSeconds)}` : 'all of it';
  const keys = [
    'q quit',
    ...(hasList ? ['esc back'] : []),
    isPaused ? 'p go on' : 'p pause',
    `+ - ${span}`,
  ];
  return style.paint('dim', keyLine(keys, columns));
}
