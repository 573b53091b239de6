import { setTimeout as sleep } from 'node:timers/promises';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { OutputStreams } from '#model/instance.ts';
import type { Client } from '../api/client.ts';
import { openExec, type ExecTarget } from '../api/exec.ts';
import type { PodRecord } from '../pod/record.ts';
import { openKeptExec } from './kept-exec.ts';

const AGENT_FOLDER = '/run/limber-agent';
const RETRY_MS = 100;
const NOTHING = { stdout: 0, stderr: 0 };

/** Where one stream goes to, and how much of it is there. */
type Sink = {
  bytes: number;
  readonly write: (chunk: Buffer) => boolean;
  readonly end: () => void;
  readonly stream: Readable | null;
};

/** The program's output. Lifecycle: open → finish, or abandon. */
export type Follow = {
  readonly output: OutputStreams;
  readonly tell: (line: string) => void;
  /** The program is gone: resolves when the last byte is here. `isThere` is false once the pod is not. */
  readonly finish: (isThere: () => boolean) => Promise<void>;
  /** The pod is gone with what was not here yet. */
  readonly abandon: () => Promise<void>;
};

/**
 * Follows what the keeper keeps, each byte once: what has arrived is counted, and whenever the
 * connection breaks the next one begins behind it. Where the output is kept in files, their sizes are
 * that count, so that also another controller goes on behind it.
 */
export function openFollow(
  client: Client,
  keeper: Omit<ExecTarget, 'command'>,
  { kept, keptBefore = NOTHING }: Pick<PodRecord, 'kept' | 'keptBefore'>,
): Follow {
  const waiting = new Set<Sink>();
  const resume = (sink: Sink) => {
    waiting.delete(sink);
    if (waiting.size === 0) exec.resume();
  };
  const [stdout, stderr] = kept
    ? [fileSink(kept.stdoutPath, keptBefore.stdout), fileSink(kept.stderrPath, keptBefore.stderr)]
    : [streamSink(resume), streamSink(resume)];
  const take = (sink: Sink) => (chunk: Buffer) => {
    sink.bytes += chunk.length;
    if (sink.write(chunk)) return;
    waiting.add(sink);
    exec.pause();
  };
  const output = { onStdout: take(stdout), onStderr: take(stderr) };
  const target = (script: string): ExecTarget => ({
    ...keeper,
    command: [
      ...['sh', `${AGENT_FOLDER}/${script}`],
      ...[stdout, stderr].map(({ bytes }) => String(bytes + 1)),
    ],
  });
  const exec = openKeptExec({ client, target: () => target('follow.sh'), output });

  /** True when all of it has come. */
  async function takeRest(): Promise<boolean> {
    const rest = await openExec(client, target('rest.sh'), output);
    return (await rest.ended) === 0;
  }

  function end(): void {
    stdout.end();
    stderr.end();
  }

  return {
    output: { stdout: stdout.stream, stderr: stderr.stream },
    tell: exec.say,
    async finish(isThere) {
      await exec.close();
      while (isThere() && !(await takeRest().catch(() => false))) await sleep(RETRY_MS);
      end();
    },
    async abandon() {
      await exec.close();
      end();
    },
  };
}

function streamSink(onWanted: (sink: Sink) => void): Sink {
  const stream = new Readable({ read: () => onWanted(sink) });
  const sink: Sink = {
    bytes: 0,
    write: (chunk) => stream.destroyed || stream.push(chunk),
    end: () => void (stream.destroyed || stream.push(null)),
    stream,
  };
  return sink;
}

/** Written before it counts: who adopts later goes by the file's size. */
function fileSink(path: string, beforeBytes: number): Sink {
  const fd = openSync(path, 'a', 0o600);
  let isOpen = true;
  return {
    bytes: Math.max(0, statSync(path).size - beforeBytes),
    write(chunk) {
      for (let at = 0; isOpen && at < chunk.length;) at += writeSync(fd, chunk, at);
      return true;
    },
    end() {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
    stream: null,
  };
}
