import type { Writable } from 'node:stream';
import { once } from 'node:events';
import type { ExecutionEvent } from '#client/index.ts';
import type { TimelinePoint } from '#model/summary.ts';
import type { Terminal } from '../terminal.ts';

/** Output on the streams that it was written to, the live line beside it; resolves with the readings. */
export async function showEvents(
  events: AsyncIterable<ExecutionEvent>,
  terminal: Terminal,
): Promise<readonly TimelinePoint[]> {
  const timeline: TimelinePoint[] = [];
  for await (const event of events) {
    if (event.kind === 'output')
      await write(terminal.sinks[event.data.stream], bytesOf(event.data));
    if (event.kind === 'sample') {
      const point = event.data as TimelinePoint;
      timeline.push(point);
      terminal.observe({ kind: 'sampled', point });
    }
    if (event.kind === 'note') terminal.observe({ kind: 'noted', note: event.data });
  }
  return timeline;
}

function bytesOf({
  text,
  base64 = '',
}: {
  readonly text?: string | undefined;
  readonly base64?: string | undefined;
}): Buffer {
  return text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text);
}

/** A slow reader is waited for; one that is gone is not. */
async function write(sink: Writable, bytes: Buffer): Promise<void> {
  if (sink.destroyed || sink.write(bytes)) return;
  await Promise.race([once(sink, 'drain'), once(sink, 'close')]).catch(() => {});
}
