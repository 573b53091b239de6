import { EventSourceParserStream } from 'eventsource-parser/stream';
import { LimberUnreachable } from './problem.ts';
import { pause, type Call, type CallOptions, type Transport } from './transport.ts';
import type { EventKind, ExecutionEvent } from './types.ts';

const PAUSE_MS = 200;

export type FollowOptions = CallOptions & {
  /** Only these. */
  readonly kinds?: readonly EventKind[] | undefined;
  /** Go on behind this event: its `sequence`. */
  readonly after?: number | undefined;
  /** False: what there is now; default: as it happens, until the execution has ended. */
  readonly follow?: boolean | undefined;
};

export type OutputStream = 'stdout' | 'stderr';
export type OutputOptions = CallOptions & {
  /** Go on until the execution has ended; default: what there is now. */
  readonly follow?: boolean | undefined;
  readonly fromByte?: number | undefined;
};

/**
 * The events of one execution to its end, or of the tenant without end. Where the connection breaks it
 * goes on behind the last event, at the next server too; it throws when none comes back.
 */
export async function* followEvents(
  transport: Transport,
  { id, kinds, after, follow, signal }: FollowOptions & { readonly id?: string },
): AsyncGenerator<ExecutionEvent, void, undefined> {
  let last = after;
  const again = patience(transport);
  for (;;) {
    const call: Call = {
      path: id === undefined ? {} : { id },
      // A stream of all kinds: its end says that nothing more comes.
      query: { follow, kinds: id === undefined ? kinds?.join(',') : undefined },
      headers: { 'last-event-id': last === undefined ? undefined : String(last) },
      signal,
    };
    try {
      const operation = id === undefined ? 'followTenant' : 'followExecution';
      const { body } = await transport.send(operation, call);
      for await (const event of eventsIn(body!)) {
        last = event.sequence;
        again.reset();
        if (!kinds || kinds.includes(event.kind)) yield event;
        if (id !== undefined && isEnd(event)) return;
      }
      // A whole stream without an end: what came before `after` was the end.
      if (id !== undefined || follow === false) return;
    } catch (error) {
      await again.wait(error, signal);
    }
  }
}

/** What it wrote, byte for byte; goes on where it was when the connection breaks. */
export async function* followOutput(
  transport: Transport,
  {
    id,
    stream,
    follow,
    fromByte = 0,
    signal,
  }: OutputOptions & {
    readonly id: string;
    readonly stream: OutputStream;
  },
): AsyncGenerator<Uint8Array, void, undefined> {
  let atByte = fromByte;
  const again = patience(transport);
  for (;;) {
    const query = { follow: follow ?? false, fromByte: atByte };
    try {
      const { body } = await transport.send('getOutput', { path: { id, stream }, query, signal });
      for await (const chunk of body!) {
        atByte += chunk.length;
        again.reset();
        yield chunk;
      }
      return;
    } catch (error) {
      await again.wait(error, signal);
    }
  }
}

async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<ExecutionEvent> {
  const parsed = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream());
  for await (const { data } of parsed) yield JSON.parse(data) as ExecutionEvent;
}

function isEnd(event: ExecutionEvent): boolean {
  return event.kind === 'state' && event.data.state === 'ended';
}

/** A broken connection is tried again; what the server refuses is not. */
function patience({ url, retries }: Transport) {
  let failures = 0;
  return {
    reset: (): void => void (failures = 0),
    async wait(error: unknown, signal: AbortSignal | undefined): Promise<void> {
      signal?.throwIfAborted();
      if (!isBroken(error)) throw error;
      if (++failures > retries)
        throw error instanceof LimberUnreachable ? error : new LimberUnreachable(url, error);
      await pause(PAUSE_MS * failures, signal);
    },
  };
}

/** The runtime throws TypeError for a connection that breaks in the middle of an answer. */
function isBroken(error: unknown): boolean {
  return error instanceof TypeError || error instanceof LimberUnreachable;
}
