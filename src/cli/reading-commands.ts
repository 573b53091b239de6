import { explain } from '#explain/sentence.ts';
import { explainText } from './explain-text.ts';
import type { ExplainOptions, Handlers, PsOptions, ShowOptions } from './handlers.ts';
import { writeLogs } from './logs.ts';
import { psTable } from './ps-table.ts';
import { findRun, statusOf, type Reading, type RunRecord } from './run-reader.ts';
import { showText } from './show-text.ts';
import { exitCodeOf } from './streams.ts';

const PS_LIMIT = 200;

/** The commands that only read the store. They end with 141 when their reader goes away. */
export function readingCommands(
  reading: Reading,
): Pick<Handlers, 'ps' | 'show' | 'logs' | 'explain'> {
  const print = async (text: string) => {
    await reading.stdout.write(text);
    return exitCodeOf(reading.stdout);
  };
  return {
    ps: (options) => print(ps(reading, options)),
    show: (options) => print(show(reading, options)),
    explain: (options) => print(explained(reading, options)),
    logs: (options) => writeLogs(reading, options),
  };
}

function ps({ reader, style, nowMs }: Reading, { all, json, quiet }: PsOptions): string {
  const records = reader.list({ limit: PS_LIMIT, ...(!all && { running: true }) });
  if (quiet) return records.map(({ id }) => `${id}\n`).join('');
  const rows = records.map((record) => {
    const latest = record.outcome ? undefined : reader.latest(record.id);
    return { record, ...(latest && { latest }) };
  });
  if (json) return toJson(rows.map(({ record, latest }) => ({ ...brief(record), latest })));
  return psTable(rows, nowMs(), style);
}

function show({ reader, style, nowMs }: Reading, { id, json }: ShowOptions): string {
  const record = findRun(reader, id);
  const [timeline, notes] = [reader.timeline(record.id), reader.notes(record.id)];
  if (!json) return showText({ record, timeline, notes, nowMs: nowMs() }, style);
  const { launched, summary, submission } = record;
  return toJson({ ...brief(record), submission, launched, summary, notes, timeline });
}

function explained({ reader, style }: Reading, { id, all, json }: ExplainOptions): string {
  const record = findRun(reader, id);
  const [decisions, notes] = [reader.decisions(record.id), reader.notes(record.id)];
  if (!json) return explainText(record, { decisions, notes }, { all, style });
  const { initial, initialReasons } = record.launched ?? {};
  const sentences = explain(decisions, { all });
  return toJson({ execution: record.id, initial, initialReasons, sentences, decisions, notes });
}

function brief(record: RunRecord) {
  return {
    execution: record.id,
    status: statusOf(record),
    startedAt: new Date(record.startedAtMs).toISOString(),
    title: record.title,
    policy: record.submission.policy,
  };
}

/** JSON has no infinity: an unlimited value is null. */
function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
