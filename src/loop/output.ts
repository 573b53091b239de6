import type { Readable } from 'node:stream';
import type { OutputStreams } from '#model/instance.ts';

export type OutputStream = 'stdout' | 'stderr';

/** Where output goes besides the log. False asks for a pause until `drained` resolves. */
export type OutputSink = {
  readonly write: (stream: OutputStream, chunk: Buffer) => boolean;
  readonly drained: (stream: OutputStream) => Promise<void>;
};

export type OutputOptions = {
  readonly streams: OutputStreams;
  readonly sink: OutputSink;
  readonly log: (stream: OutputStream, chunk: Buffer) => void;
  readonly maxBytes: number;
  readonly onExceeded: () => void;
};

/**
 * Passes the program's output on, byte for byte and no faster than it is taken: a slow reader slows
 * the program, as a pipe would. Resolves when both streams have ended and everything is written.
 */
export async function passOutput(options: OutputOptions): Promise<void> {
  const count = { bytes: 0, exceeded: false };
  await Promise.all([
    pump(options, 'stdout', options.streams.stdout, count),
    pump(options, 'stderr', options.streams.stderr, count),
  ]);
}

async function pump(
  options: OutputOptions,
  name: OutputStream,
  stream: Readable | null,
  count: { bytes: number; exceeded: boolean },
): Promise<void> {
  for await (const chunk of stream ?? []) {
    const bytes = chunk as Buffer;
    const room = options.maxBytes - count.bytes;
    count.bytes += bytes.length;
    const kept = bytes.length > room ? bytes.subarray(0, Math.max(0, room)) : bytes;
    if (kept.length > 0) {
      options.log(name, kept);
      if (!options.sink.write(name, kept)) await options.sink.drained(name);
    }
    if (count.bytes > options.maxBytes && !count.exceeded) {
      count.exceeded = true;
      options.onExceeded();
    }
  }
}
