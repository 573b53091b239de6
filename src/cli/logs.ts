import { isUtf8 } from 'node:buffer';
import { readOutputLog } from '#record/read-output-log.ts';
import { formatTraffic } from './figures.ts';
import type { LogsOptions } from './handlers.ts';
import { findRun, type Reading } from './run-reader.ts';
import { exitCodeOf, type Output } from './streams.ts';

type StreamName = 'stdout' | 'stderr';

/** The recorded bytes of a run, as they were written; what was not kept is told on stderr. */
export async function writeLogs(
  { reader, stdout, stderr }: Reading,
  { id, streams, json }: LogsOptions,
): Promise<number> {
  const folder = reader.logFolder(findRun(reader, id).id);
  const names: readonly StreamName[] = streams === 'both' ? ['stdout', 'stderr'] : [streams];
  if (json) await stdout.write(await asJson(folder, names));
  else {
    for (const name of names) {
      // A single stream is what was asked for, so it goes to stdout, whichever it is.
      const output = streams === 'both' && name === 'stderr' ? stderr : stdout;
      await copy({ folder, name, output, stderr });
    }
  }
  return exitCodeOf(stdout);
}

async function copy({
  folder,
  name,
  output,
  stderr,
}: {
  readonly folder: string;
  readonly name: StreamName;
  readonly output: Output;
  readonly stderr: Output;
}): Promise<void> {
  for await (const part of readOutputLog(folder, name)) {
    if ('omittedBytes' in part) {
      const gap = formatTraffic(part.omittedBytes);
      await stderr.write(`limber: ${gap} of ${name} were not kept and are missing here.\n`);
    } else if (!(await output.write(part))) return;
  }
}

async function asJson(folder: string, names: readonly StreamName[]): Promise<string> {
  const entries = await Promise.all(names.map(async (name) => [name, await content(folder, name)]));
  return `${JSON.stringify(Object.fromEntries(entries))}\n`;
}

type Content = {
  readonly text?: string;
  /** In place of `text` where the bytes are not UTF-8. */
  readonly base64?: string;
  readonly omittedBytes: number;
};

async function content(folder: string, name: StreamName): Promise<Content> {
  const chunks: Buffer[] = [];
  let omittedBytes = 0;
  for await (const part of readOutputLog(folder, name)) {
    if ('omittedBytes' in part) omittedBytes += part.omittedBytes;
    else chunks.push(part);
  }
  const bytes = Buffer.concat(chunks);
  if (!isUtf8(bytes)) return { base64: bytes.toString('base64'), omittedBytes };
  return { text: bytes.toString(), omittedBytes };
}
