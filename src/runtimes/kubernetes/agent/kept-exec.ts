import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../api/client.ts';
import { openExec, type Exec, type ExecOutput, type ExecTarget } from '../api/exec.ts';

const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/** What is still to be said while there is no connection. */
const MOST_WAITING = 64;

/** A command in a pod whose connection is made anew when it breaks. Lifecycle: open → say … → close. */
export type KeptExec = {
  /** A line for the command's input; kept for a while when there is no connection. */
  readonly say: (line: string) => void;
  /** Dropped when there is no connection: the next one will be asked for anyway. */
  readonly sayNow: (line: string) => boolean;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it, and resolves when no more output of it can come. */
  readonly close: () => Promise<void>;
};

export function openKeptExec(options: {
  readonly client: Client;
  /** Asked for at each connection: it may say from where on. */
  readonly target: () => ExecTarget;
  readonly output: ExecOutput;
}): KeptExec {
  let exec: Exec | undefined;
  let isClosed = false;
  let isPaused = false;
  const waiting: string[] = [];
  const working = keepOpen();

  async function keepOpen(): Promise<void> {
    let pauseMs = SHORTEST_PAUSE_MS;
    while (!isClosed) {
      try {
        exec = await openExec(options.client, options.target(), options.output);
        if (isClosed) exec.close();
        if (isPaused) exec.pause();
        pauseMs = SHORTEST_PAUSE_MS;
        for (const line of waiting.splice(0)) void exec.write(Buffer.from(line));
        await exec.ended;
      } catch {
        // Refused, or not to be reached: the pod's own state says when to give up.
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      }
      exec = undefined;
      if (!isClosed) await sleep(pauseMs, undefined, { ref: false });
    }
  }

  return {
    say(line) {
      if (exec) void exec.write(Buffer.from(`${line}\n`));
      else if (waiting.length < MOST_WAITING) waiting.push(`${line}\n`);
    },
    sayNow(line) {
      if (exec) void exec.write(Buffer.from(`${line}\n`));
      return exec !== undefined;
    },
    pause() {
      isPaused = true;
      exec?.pause();
    },
    resume() {
      isPaused = false;
      exec?.resume();
    },
    async close() {
      isClosed = true;
      exec?.close();
      await working;
    },
  };
}
