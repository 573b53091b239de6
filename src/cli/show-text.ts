import type { TimelinePoint } from '#model/summary.ts';
import type { Note } from '#model/execution.ts';
import { allocationText, boundsText } from './allocation-text.ts';
import { chartLines } from './charts.ts';
import { factLines, type Fact } from './fact-lines.ts';
import { longProgress } from './loop-progress-text.ts';
import { formatAge, formatSeconds } from './figures.ts';
import { paintOutcome } from './outcome-text.ts';
import { phaseLines } from './phase-lines.ts';
import { codeText, enforcementTexts } from './plan-text.ts';
import { processLines } from './process-lines.ts';
import { costLines, noteLines } from './report.ts';
import type { RunRecord } from './run-reader.ts';
import type { Style } from './style.ts';
import { oneLine } from './text-table.ts';

export type ShownRun = {
  readonly record: RunRecord;
  readonly timeline: readonly TimelinePoint[];
  readonly notes: readonly Note[];
  readonly nowMs: number;
};

/** The facts of one run, its cost and its pictures. */
export function showText({ record, timeline, notes, nowMs }: ShownRun, style: Style): string {
  const charts = chartLines(timeline, style);
  const phases = phaseLines(record.summary?.phases, style);
  const processes = processLines(record.summary, style);
  const cost = record.summary ? costLines(record.summary, timeline, style) : [];
  return [
    ...factLines([...factsOf(record, nowMs, style), ...progressOf(record, timeline, style)], style),
    ...(cost.length > 0 ? ['', ...cost] : []),
    ...(charts.length > 0 ? ['', ...charts] : []),
    ...(phases.length > 0 ? ['', ...phases] : []),
    ...(processes.length > 0 ? ['', ...processes] : []),
    ...noteLines({ notes }, style),
    '',
  ].join('\n');
}

function factsOf(record: RunRecord, nowMs: number, style: Style): Fact[] {
  const { submission, launched } = record;
  return [
    ['run', style.paint('bold', record.id)],
    ['command', oneLine(record.title)],
    ['started', startedText(record, nowMs)],
    ['outcome', ...outcomeTexts(record, style)],
    ['policy', `${submission.policy}, mode ${submission.constraints.mode}`],
    ['code', codeText(submission, launched?.profile)],
    ...(launched ? [firstSize(launched, style)] : []),
    ['bounds', boundsText(submission.constraints, style)],
    ...(launched ? [['resizing', ...enforcementTexts(launched.enforcement)] as const] : []),
  ];
}

/** Where the loop leads that is under way now. */
function progressOf(
  { outcome }: RunRecord,
  timeline: readonly TimelinePoint[],
  style: Style,
): Fact[] {
  const progress = outcome ? undefined : timeline.at(-1)?.progress;
  return progress === undefined ? [] : [['progress', longProgress(progress, style)]];
}

function firstSize(launched: NonNullable<RunRecord['launched']>, style: Style): Fact {
  const reasons = launched.initialReasons.map(oneLine);
  return ['first size', allocationText(launched.initial, style), ...reasons];
}

function startedText({ startedAtMs }: RunRecord, nowMs: number): string {
  const date = new Date(startedAtMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
  return `${date}, ${formatAge((nowMs - startedAtMs) / 1000)} ago`;
}

function outcomeTexts({ outcome, summary, lostText }: RunRecord, style: Style): string[] {
  if (!outcome) return [style.paint('cyan', 'running')];
  const painted = paintOutcome(outcome, style);
  if (!summary) return [painted, ...(lostText ? [oneLine(lostText)] : [])];
  const end = summary.signal ? `ended by ${summary.signal}` : `exit code ${summary.exitCode}`;
  return [`${painted} after ${formatSeconds(summary.wallSeconds)}, ${end}`];
}
