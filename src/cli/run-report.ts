import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { explain } from '#explain/sentence.ts';
import type { Decision } from '#model/decision.ts';
import { scriptOf, type Note } from '#model/execution.ts';
import type { PhaseTotal } from '#model/phase.ts';
import { formatBytes } from '#model/quantities.ts';
import { isSameFile } from '#model/same-file.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { pageSvg } from '#picture/page.ts';
import { runPageHtml, type RunPage, type SourceHeat } from '#picture/run-page.ts';
import { activityColour, runPanels } from '#picture/run-panels.ts';
import { allocationText, boundsText } from './allocation-text.ts';
import { formatSeconds } from './figures.ts';
import { headline } from './outcome-text.ts';
import { codePlace, longestPhases, placeText } from './phase-lines.ts';
import { codeText, enforcementTexts } from './plan-text.ts';
import { costTable } from './report.ts';
import { statusOf, type RunRecord } from './run-reader.ts';
import type { RunReportFormat } from './run-report-format.ts';
import { plainStyle } from './style.ts';
import { oneLine } from './text-table.ts';

/** All that the store knows of one run. */
export type RecordedRun = {
  readonly record: RunRecord;
  readonly timeline: readonly TimelinePoint[];
  readonly decisions: readonly Decision[];
  readonly notes: readonly Note[];
};

const MOST_PHASES = 16;
/** A longer text hides what was hot in it. */
const MOST_SOURCE_BYTES = 512 * 1024;
const STYLE = plainStyle();

/**
 * One run as one file: a page or the pictures alone, for people, or everything, for programs.
 * Rejects with `picture-unavailable` where a PNG cannot be made.
 */
export async function runReport(
  run: RecordedRun,
  format: RunReportFormat,
): Promise<string | Uint8Array> {
  if (format === 'json') return `${JSON.stringify(documentOf(run), null, 2)}\n`;
  if (format === 'html') return runPageHtml(pageOf(run));
  const { record, timeline, decisions } = run;
  const { summary } = record;
  const verdict = summary ? headline(summary, STYLE) : 'It is running.';
  const heading = { title: oneLine(record.title), text: verdict };
  const svg = pageSvg(runPanels(timeline, decisions), heading);
  return format === 'svg' ? svg : (await import('#picture/png.ts')).pngOf(svg);
}

function documentOf({ record, timeline, decisions, notes }: RecordedRun) {
  const { id, title, submission, launched, summary, startedAtMs } = record;
  return {
    execution: id,
    title,
    startedAt: new Date(startedAtMs).toISOString(),
    outcome: statusOf(record),
    submission,
    launched,
    summary,
    sentences: explain(decisions, { all: true }),
    decisions,
    notes,
    timeline,
  };
}

function pageOf(run: RecordedRun): RunPage {
  const { record, timeline, decisions, notes } = run;
  const { summary, launched } = record;
  const seen = [...new Set(timeline.map(({ activity }) => activity))];
  return {
    title: oneLine(record.title),
    verdict: summary ? headline(summary, STYLE) : 'It is running.',
    facts: factsOf(record),
    cost: summary ? costTable(summary, timeline, STYLE) : [],
    panels: runPanels(timeline, decisions),
    activities: seen.map((activity) => [activity, activityColour(activity)]),
    sentences: explain(decisions, { all: false }),
    phases: phaseTable(summary?.phases ?? []),
    derivation: launched?.profile?.derivation ?? [],
    notes: notes.map(({ text }) => text),
    source: sourceOf(record),
  };
}

function factsOf({ id, startedAtMs, submission, launched }: RunRecord): RunPage['facts'] {
  return [
    ['run', id],
    ['started', new Date(startedAtMs).toISOString()],
    ['policy', `${submission.policy}, mode ${submission.constraints.mode}`],
    ['code', codeText(submission, launched?.profile)],
    ...(launched
      ? ([
          [
            'first size',
            [allocationText(launched.initial, STYLE), ...launched.initialReasons].join('; '),
          ],
        ] as const)
      : []),
    ['bounds', boundsText(submission.constraints, STYLE)],
    ...(launched
      ? ([['resizing', enforcementTexts(launched.enforcement).join(' ')]] as const)
      : []),
  ];
}

function phaseTable(phases: readonly PhaseTotal[]): string[][] {
  return [
    ['time', 'did', 'in', 'CPU', 'memory', 'complexity'],
    ...longestPhases(phases, MOST_PHASES).map((phase) => [
      formatSeconds(phase.seconds),
      phase.activity,
      placeText(phase.place),
      `${phase.coreSeconds.toFixed(2)} core-s`,
      formatBytes(phase.peakMemoryBytes),
      phase.score > 0 ? String(Math.round(phase.score)) : '',
    ]),
  ];
}

/** The text that ran, where it is still there as it was; undefined otherwise. */
function sourceOf({ submission, summary, startedAtMs }: RunRecord): SourceHeat | undefined {
  const script = scriptOf(submission);
  if (script === undefined || summary === undefined) return undefined;
  const seconds = secondsByLine(summary.phases, script.path);
  if (seconds.size === 0) return undefined;
  try {
    const { mtimeMs, size } = statSync(script.path);
    if (mtimeMs > startedAtMs || size > MOST_SOURCE_BYTES) return undefined;
    const lines = readFileSync(script.path, 'utf8').trimEnd().split('\n');
    return {
      path: basename(script.path),
      lines: lines.map((text, index) => ({ text, seconds: seconds.get(index + 1) ?? 0 })),
    };
  } catch {
    // It is gone, or not ours to read: the report stands without it.
    return undefined;
  }
}

function secondsByLine(phases: readonly PhaseTotal[], path: string): ReadonlyMap<number, number> {
  const seconds = new Map<number, number>();
  for (const { place, seconds: lasted } of phases) {
    const code = codePlace(place);
    if (code === undefined || !isSameFile(code.file, path)) continue;
    seconds.set(code.line, (seconds.get(code.line) ?? 0) + lasted);
  }
  return seconds;
}
