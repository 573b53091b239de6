import { chartLines } from '#cli/charts.ts';
import { explainText } from '#cli/explain-text.ts';
import { factLines, type Fact } from '#cli/fact-lines.ts';
import type {
  ExplainOptions,
  LogsOptions,
  PsOptions,
  ServerAddress,
  ShowOptions,
} from '#cli/handlers.ts';
import { phaseLines } from '#cli/phase-lines.ts';
import { processLines } from '#cli/process-lines.ts';
import { psTable, type PsRow } from '#cli/ps-table.ts';
import { costLines, noteLines } from '#cli/report.ts';
import { exitCodeOf, openOutput } from '#cli/streams.ts';
import { styleFor } from '#cli/style.ts';
import type { Execution, ExecutionEvent, LimberClient, ListedExecution } from '#client/index.ts';
import { explain } from '#explain/sentence.ts';
import type { Allocation } from '#model/allocation.ts';
import type { Decision } from '#model/decision.ts';
import type { Note } from '#model/execution.ts';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';
import { print } from '../deliver.ts';
import { connect, translated } from './connect.ts';
import { findExecution, titleOf } from './find.ts';

const STDOUT = 1;
const STDERR = 2;
const NEWEST = 200;

/** `limber --server URL ps`, `show`, `explain` and `logs`: what the server remembers. */
export function remoteReading(at: ServerAddress) {
  const asked = (work: (client: LimberClient) => Promise<number>) =>
    translated(async () => work(await connect(at, warn)));
  return {
    ps: (options: PsOptions) => asked((client) => ps(client, options)),
    show: (options: ShowOptions) => asked((client) => show(client, options)),
    explain: (options: ExplainOptions) => asked((client) => explained(client, options)),
    logs: (options: LogsOptions) => asked((client) => logs(client, options)),
  };
}

function warn(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function ps(client: LimberClient, { all, json, quiet }: PsOptions): Promise<number> {
  const { executions } = await client.executions.page({ limit: NEWEST });
  const listed = executions.filter(({ state }) => all || state !== 'ended');
  if (quiet) return print(listed.map(({ id }) => `${id}\n`).join(''));
  if (json) return print(toJson(listed));
  const rows = await Promise.all(listed.map((one) => rowOf(client, one)));
  return print(psTable(rows, Date.now(), styleFor(process.stdout)));
}

/** The summary of one that has ended is not in a list. */
async function rowOf(client: LimberClient, listed: ListedExecution): Promise<PsRow> {
  const { id, createdAt, scaling, outcome, allocation, usage } = listed;
  const summary = outcome && (await client.executions.get(id)).summary;
  return {
    record: {
      id,
      startedAtMs: Date.parse(createdAt),
      title: titleOf(listed),
      submission: { policy: summary?.policy ?? scaling.policy ?? '' },
      ...(outcome && { outcome }),
      ...(summary && { summary: summary as RunSummary }),
    },
    ...(allocation && usage && { latest: { ...usage, allocation } as TimelinePoint }),
  };
}

async function show(client: LimberClient, { id, json }: ShowOptions): Promise<number> {
  const execution = await findExecution(client, id);
  const events = await eventsOf(client, execution.id, ['sample', 'note']);
  const timeline = events.flatMap((event) => (event.kind === 'sample' ? [event.data] : []));
  const notes = events.flatMap((event) => (event.kind === 'note' ? [event.data] : []));
  if (json) return print(toJson({ ...execution, notes, timeline }));
  return print(shown(execution, timeline as TimelinePoint[], notes as Note[]));
}

function shown(
  execution: Execution,
  timeline: readonly TimelinePoint[],
  notes: readonly Note[],
): string {
  const style = styleFor(process.stdout);
  const summary = execution.summary as RunSummary | undefined;
  const parts = [
    factLines(factsOf(execution), style),
    summary ? costLines(summary, timeline, style) : [],
    chartLines(timeline, style),
    phaseLines(summary?.phases, style),
    processLines(summary, style),
    noteLines({ notes }, style),
  ];
  return `${parts
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function factsOf(execution: Execution): Fact[] {
  const { id, state, outcome, createdAt, scaling, labels, summary, text } = execution;
  const named = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [
    ['run', id],
    ['command', titleOf(execution)],
    ['created', createdAt],
    ['outcome', outcome ?? state, ...(text === undefined ? [] : [text])],
    ['policy', summary?.policy ?? scaling.policy ?? 'that of the server'],
    ...(named.length > 0 ? [['labels', named.join(', ')] as const] : []),
  ];
}

async function explained(client: LimberClient, { id, all, json }: ExplainOptions): Promise<number> {
  const { id: execution } = await findExecution(client, id);
  const events = await eventsOf(client, execution, ['state', 'decision', 'note']);
  const decisions = events.flatMap((event) =>
    event.kind === 'decision' ? [event.data] : [],
  ) as unknown as Decision[];
  const notes = events.flatMap((event) => (event.kind === 'note' ? [event.data] : [])) as Note[];
  const launched = launchedOf(events);
  if (!json)
    return print(
      explainText({ launched }, { decisions, notes }, { all, style: styleFor(process.stdout) }),
    );
  return print(
    toJson({ execution, ...launched, sentences: explain(decisions, { all }), decisions, notes }),
  );
}

function launchedOf(events: readonly ExecutionEvent[]) {
  for (const { kind, data } of events) {
    if (kind !== 'state' || !data.initial) continue;
    return { initial: data.initial as Allocation, initialReasons: data.initialReasons ?? [] };
  }
  return undefined;
}

async function logs(client: LimberClient, { id, streams, json }: LogsOptions): Promise<number> {
  const { id: execution } = await findExecution(client, id);
  const names = streams === 'both' ? (['stdout', 'stderr'] as const) : [streams];
  if (json) {
    const texts = names.map(async (name) => [name, await client.executions.text(execution, name)]);
    return print(toJson(Object.fromEntries(await Promise.all(texts))));
  }
  const [stdout, stderr] = [openOutput(STDOUT), openOutput(STDERR)];
  for (const name of names) {
    const output = streams === 'both' && name === 'stderr' ? stderr : stdout;
    for await (const chunk of client.executions.output(execution, name))
      if (!(await output.write(chunk))) break;
  }
  return exitCodeOf(stdout);
}

async function eventsOf(
  client: LimberClient,
  id: string,
  kinds: readonly ExecutionEvent['kind'][],
) {
  const events: ExecutionEvent[] = [];
  for await (const event of client.executions.events(id, { kinds, follow: false }))
    events.push(event);
  return events;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
