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
};

type Count = { bytes: number; exceeded: boolean };

/**
 * Passes the program's output on, byte for byte and no faster than it is taken: a slow reader slows
 * the program, as a pipe would, and a reader that is gone closes the program's pipe. Resolves when
 * both streams have ended.
 */
export async function passOutput(options: OutputOptions): Promise<void> {
  const count: Count = { bytes: 0, exceeded: false };
  const { stdout, stderr } = options.streams;
  await Promise.all([
    pump(options, 'stdout', stdout, count),
    pump(options, 'stderr', stderr, count),
  ]);
}

async function pump(
  options: OutputOptions,
  name: OutputStream,
  stream: Readable | null,
  count: Count,
): Promise<void> {
  const sink = options.sinks[name];
  for await (const chunk of stream ?? []) {
    const bytes = withinLimit(chunk as Buffer, options, count);
    if (bytes.length === 0) continue;
    options.log(name, bytes);
    if (!sink.writable) break;
    if (!sink.write(bytes)) await untilDrained(sink);
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
