import { mkdirSync } from 'node:fs';
import { OutputStreamLog } from './output-stream-log.ts';

export type OutputStream = 'stdout' | 'stderr';

const FLUSH_AFTER_MS = 200;

/** Writing failed. Returned once; the output itself went where it belongs. */
export type OutputLogProblem = { readonly text: string };

/**
 * Keeps the first and the last half of `keptBytes` of each stream in `folder`, whatever is
 * written. Cheap enough to be called for every chunk: it copies, and writes 256 KiB at a time or
 * what there is after 200 ms, so that another process can follow.
 */
export function openOutputLog(folder: string, keptBytes: number): OutputLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return new OutputLog(folder, keptBytes);
}

/** Lifecycle: open → write … → close. */
export class OutputLog {
  readonly #streams: Readonly<Record<OutputStream, OutputStreamLog>>;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, keptBytes: number) {
    this.#streams = {
      stdout: new OutputStreamLog({ folder, name: 'stdout', keptBytes }),
      stderr: new OutputStreamLog({ folder, name: 'stderr', keptBytes }),
    };
  }

  write(stream: OutputStream, chunk: Buffer): void {
    this.#streams[stream].write(chunk);
    // One timer at a time, started only by output: an idle program costs nothing.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, FLUSH_AFTER_MS).unref();
  }

  /** Returns the first problem that writing met, if any; what could not be kept is left out. */
  close(): OutputLogProblem | undefined {
    clearTimeout(this.#timer);
    this.#flush();
    const { stdout, stderr } = this.#streams;
    stdout.close();
    stderr.close();
    const error = stdout.problem ?? stderr.problem;
    return error && { text: `Output could not be kept: ${error.message}` };
  }

  #flush(): void {
    this.#streams.stdout.flush();
    this.#streams.stderr.flush();
  }
}
