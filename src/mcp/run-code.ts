import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type {
  CallToolResult,
  ServerNotification,
  ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import type { ExecutionEvent, LimberClient } from '#client/index.ts';
import { formatBytes } from '#model/quantities.ts';
import { answer } from './answer.ts';
import { textOf, viewOf } from './run-view.ts';
import type { runCodeInput } from './schemas.ts';

export type Asked = RequestHandlerExtra<ServerRequest, ServerNotification>;

const PROGRESS_EVERY_MS = 500;

/** Runs it, tells how it goes, and answers when it has ended or the patience is over. Cancelled, it is ended. */
export async function runCode(
  client: LimberClient,
  { waitSeconds, ...body }: z.output<typeof runCodeInput>,
  asked: Asked,
): Promise<CallToolResult> {
  const { id } = await client.executions.create(body, { signal: asked.signal });
  const patience = AbortSignal.timeout(waitSeconds * 1000);
  const signal = AbortSignal.any([asked.signal, patience]);
  try {
    if (waitSeconds > 0) await follow(client.executions.events(id, { signal }), asked);
  } catch (error) {
    if (asked.signal.aborted) await client.executions.cancel(id);
    if (!patience.aborted || asked.signal.aborted) throw error;
  }
  const view = await viewOf(client, await client.executions.get(id));
  return answer(textOf(view), view);
}

async function follow(events: AsyncIterable<ExecutionEvent>, asked: Asked): Promise<void> {
  const { progressToken } = asked._meta ?? {};
  let progress = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  for await (const event of events) {
    const message = messageOf(event);
    if (progressToken === undefined || message === undefined) continue;
    // Readings come ten a second; what happens once is always told.
    if (event.kind === 'sample' && performance.now() - toldAtMs < PROGRESS_EVERY_MS) continue;
    if (event.kind === 'sample') toldAtMs = performance.now();
    progress++;
    const params = { progressToken, progress, message };
    await asked.sendNotification({ method: 'notifications/progress', params });
  }
}

function messageOf(event: ExecutionEvent): string | undefined {
  if (event.kind === 'state') return event.data.state;
  if (event.kind === 'note') return event.data.text;
  if (event.kind === 'decision') return event.data.reasons.map(({ text }) => text).join('; ');
  if (event.kind !== 'sample') return undefined;
  const { atSeconds, cpuCoresUsed, memoryWorkingSetBytes, activity, place } = event.data;
  const where = place === '' ? '' : ` at ${place}`;
  const uses = `${cpuCoresUsed.toFixed(2)} cores, ${formatBytes(memoryWorkingSetBytes)}`;
  return `${atSeconds.toFixed(1)} s: ${activity}${where}, ${uses}`;
}
