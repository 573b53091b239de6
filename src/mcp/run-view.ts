import type { Execution, ExecutionEvent, LimberClient } from '#client/index.ts';
import { explain } from '#explain/sentence.ts';
import type { Decision } from '#model/decision.ts';
import { formatBytes } from '#model/quantities.ts';

/** What a model can take in of each stream: the beginning and the end. */
const MOST_BYTES = 16 * 1024;

/** A run as a model is told of it: how it ended or goes, what it wrote, and why it was resized. */
export async function viewOf(client: LimberClient, execution: Execution) {
  const { id, state, outcome, exitCode, signal, text, summary, allocation, usage } = execution;
  const [stdout, stderr] = await Promise.all([
    outputOf(client, execution, 'stdout'),
    outputOf(client, execution, 'stderr'),
  ]);
  return {
    id,
    state,
    ...(outcome && { outcome }),
    ...(exitCode !== undefined && { exitCode }),
    ...(signal && { signal }),
    ...(text !== undefined && { problem: text }),
    stdout,
    stderr,
    ...(allocation && { allocation }),
    ...(usage && { usage }),
    ...(summary && {
      wallSeconds: summary.wallSeconds,
      cpuCoreSeconds: summary.cpu.usedCoreSeconds,
      peakMemoryBytes: summary.memory.peakBytes,
      notes: summary.notes.map((note) => note.text),
      resizes: explain(decisionsOf(summary), { all: false }),
    }),
  };
}

export type RunView = Awaited<ReturnType<typeof viewOf>>;

export function textOf(view: RunView): string {
  const { id, state, outcome, exitCode, problem, wallSeconds, peakMemoryBytes } = view;
  const end = exitCode === undefined ? '' : `, exit code ${exitCode}`;
  const cost =
    wallSeconds === undefined
      ? ''
      : ` after ${wallSeconds.toFixed(2)} s, ${formatBytes(peakMemoryBytes ?? 0)} of memory at most`;
  return [
    `Run ${id}: ${outcome ?? state}${end}${cost}.`,
    ...(problem === undefined ? [] : [problem]),
    ...section('stdout', view.stdout),
    ...section('stderr', view.stderr),
    ...list('Notes', view.notes),
    ...list('Resized while it ran', view.resizes),
    ...(state === 'ended'
      ? []
      : ['It goes on: show_run, resize, explain and stop_run take its id.']),
  ].join('\n');
}

function section(name: string, text: string): string[] {
  return text === '' ? [] : [`--- ${name}`, text.replace(/\n$/, ''), '---'];
}

function list(heading: string, lines: readonly string[] = []): string[] {
  return lines.length === 0 ? [] : [`${heading}:`, ...lines.map((line) => `- ${line}`)];
}

async function outputOf(
  client: LimberClient,
  { id, outputBytes }: Execution,
  stream: 'stdout' | 'stderr',
): Promise<string> {
  const bytes = outputBytes[stream];
  const half = MOST_BYTES / 2;
  if (bytes <= MOST_BYTES) return read(client, id, stream, { from: 0, most: MOST_BYTES });
  const [first, last] = await Promise.all([
    read(client, id, stream, { from: 0, most: half }),
    read(client, id, stream, { from: bytes - half, most: half }),
  ]);
  return `${first}\n[… ${formatBytes(bytes - MOST_BYTES)} left out …]\n${last}`;
}

async function read(
  client: LimberClient,
  id: string,
  stream: 'stdout' | 'stderr',
  { from, most }: { readonly from: number; readonly most: number },
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of client.executions.output(id, stream, { fromByte: from })) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most).toString();
}

function decisionsOf({ decisions }: NonNullable<Execution['summary']>): readonly Decision[] {
  return decisions.map(({ state, ...decision }) => ({
    ...decision,
    rolledBack: false,
    outcome: { state, actual: decision.to, latencyMs: 0 },
    inputs: {},
  })) as readonly Decision[];
}

/** Those of a stream, with what the sentences need. */
export function decisionsIn(events: readonly ExecutionEvent[]): readonly Decision[] {
  return events.flatMap((event) =>
    event.kind === 'decision' ? [{ inputs: {}, ...event.data } as unknown as Decision] : [],
  );
}
