import type { Writable } from 'node:stream';
import { createLiveLine } from '#cli/live-line.ts';
import { asWritable, besideLiveLine } from '#cli/program-output.ts';
import type { ReportKind } from '#cli/run-options.ts';
import { openOutput } from '#cli/streams.ts';
import type { RunEvent } from '#model/events.ts';
import type { OutputStream } from '#loop/output.ts';

const STDOUT = 1;
const STDERR = 2;

/** Where the program's output and Limber's own words meet. */
export type Terminal = {
  readonly sinks: Readonly<Record<OutputStream, Writable>>;
  readonly observe: (event: RunEvent) => void;
  /** One line of Limber's on stderr, even where a report was not asked for. */
  readonly say: (text: string) => void;
  /** Takes the live line away for good. */
  readonly stop: () => void;
  /** Everything written so far has left. */
  readonly close: () => Promise<void>;
};

export function openTerminal(kind: ReportKind): Terminal {
  const line = createLiveLine(process.stderr);
  if (kind !== 'text') line.stop();
  const [stdout, stderr] = [openOutput(STDOUT), openOutput(STDERR)];
  const beside = (output: typeof stdout, isTerminal: boolean | undefined) =>
    isTerminal ? besideLiveLine(output, line) : output;

  return {
    sinks: {
      stdout: asWritable(beside(stdout, process.stdout.isTTY)),
      stderr: asWritable(beside(stderr, process.stderr.isTTY)),
    },
    observe(event) {
      if (event.kind === 'sampled') line.update(event.point);
      if (event.kind === 'decided') line.decided(event.decision);
    },
    say(text) {
      line.clear();
      void stderr.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    stop: () => line.stop(),
    async close() {
      line.stop();
      await Promise.all([stdout.write(''), stderr.write('')]);
    },
  };
}
