import type { Readable, Writable } from 'node:stream';
import type { OutputStreams } from '#model/instance.ts';

export type OutputStream = 'stdout' | 'stderr';

export type OutputOptions = {
  readonly streams: OutputStreams;
  /** Where output goes besides the log. */
  readonly sinks: Readonly<Record<OutputStream, Writable>>;
  readonly log: (stream: OutputStream, chunk: Buffer) => void;
  readonly maxBytes: number;
  readonly onExceeded: () => void;
  /** Settles when the program and everything it started are gone. */
  readonly exited: Promise<unknown>;
};

type Count = { bytes: number; exceeded: boolean; chunks: number; waiting: number };

const QUIET_LOOK_MS = 250;
/** More than one: after a stop of Limber itself the timer comes first and what is to be read second. */
const QUIET_LOOKS = 4;

/**
 * Passes the program's output on, byte for byte and no faster than it is taken: a slow reader slows
 * the program, as a pipe would, and a reader that is gone closes the program's pipe. Resolves when
 * both streams have ended.
 */
export async function passOutput(options: OutputOptions): Promise<void> {
  const count: Count = { bytes: 0, exceeded: false, chunks: 0, waiting: 0 };
  const { stdout, stderr } = options.streams;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  void options.exited.then(() => {
    if (!ended) timer = closeWhenQuiet(count, [stdout, stderr]);
  });
  await Promise.all([
    pump(options, 'stdout', stdout, count),
    pump(options, 'stderr', stderr, count),
  ]);
  ended = true;
  clearInterval(timer);
}

/**
 * The end of a pipe may have been handed to a process elsewhere, through a socket in a folder that
 * both see: it would hold up the end of the run for as long as it likes.
 */
function closeWhenQuiet(count: Count, streams: readonly (Readable | null)[]): NodeJS.Timeout {
  let [seen, quiet] = [count.chunks, 0];
  return setInterval(() => {
    quiet = count.chunks === seen && count.waiting === 0 ? quiet + 1 : 0;
    seen = count.chunks;
    if (quiet >= QUIET_LOOKS) for (const stream of streams) stream?.push(null);
  }, QUIET_LOOK_MS);
}

async function pump(
  options: OutputOptions,
  name: OutputStream,
  stream: Readable | null,
  count: Count,
): Promise<void> {
  const sink = options.sinks[name];
  for await (const chunk of stream ?? []) {
    count.chunks++;
    const bytes = withinLimit(chunk as Buffer, options, count);
    if (bytes.length === 0) continue;
    options.log(name, bytes);
    if (!sink.writable) break;
    if (sink.write(bytes)) continue;
    count.waiting++;
    await untilDrained(sink);
    count.waiting--;
  }
}

function withinLimit(bytes: Buffer, { maxBytes, onExceeded }: OutputOptions, count: Count): Buffer {
  const room = Math.max(0, maxBytes - count.bytes);
  count.bytes += bytes.length;
  if (bytes.length <= room) return bytes;
  if (!count.exceeded) {
    count.exceeded = true;
    onExceeded();
  }
  return bytes.subarray(0, room);
}

function untilDrained(sink: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      sink.off('drain', done);
      sink.off('close', done);
      resolve();
    };
    sink.on('drain', done);
    sink.on('close', done);
  });
}
