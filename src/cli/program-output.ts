import { Writable } from 'node:stream';
import type { LiveLine } from './live-line.ts';
import type { Output } from './streams.ts';

const NEWLINE = 0x0a;

/**
 * An output onto the terminal that also shows the live line: the line goes away before the
 * program's bytes are written and stays away until the program has ended its own line, so that
 * nothing is ever drawn over its text, not even over a prompt.
 */
export function besideLiveLine(output: Output, line: LiveLine): Output {
  return {
    ...output,
    write: async (bytes) => {
      line.programWrites();
      const done = await output.write(bytes);
      line.programWrote({ endedLine: endsLine(bytes) });
      return done;
    },
  };
}

function endsLine(bytes: Uint8Array | string): boolean {
  return typeof bytes === 'string' ? bytes.endsWith('\n') : bytes.at(-1) === NEWLINE;
}

/**
 * An output as a stream, for whoever pumps the program's bytes: `write` returns false while a slow
 * reader has to be waited for, and the stream is destroyed when the reader is gone.
 */
export function asWritable(output: Output): Writable {
  const stream = new Writable({
    decodeStrings: true,
    write: (chunk: Buffer, _, done) => void relay(output, chunk, done),
  });
  // Being destroyed says it all: nobody has to listen.
  stream.on('error', () => {});
  return stream;
}

async function relay(
  output: Output,
  chunk: Buffer,
  done: (error: Error | null) => void,
): Promise<void> {
  const written = await output.write(chunk);
  done(written ? null : new Error('Nobody reads any more'));
}
