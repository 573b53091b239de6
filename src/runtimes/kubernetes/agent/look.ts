import type { MessageReceiver } from '#model/instance.ts';
import type { Client } from '../api/client.ts';
import type { ExecTarget } from '../api/exec.ts';
import { BoundedLines } from '../../process/channel/bounded-lines.ts';
import { openKeptExec } from './kept-exec.ts';
import { parseCounters, type Counters } from './reading.ts';

/** A look that was not answered by then was lost with its connection. */
const LOST_AFTER_MS = 1_000;
/** Without being asked: what wakes is seen, and what the pod uses is known, ten times a second. */
const LOOK_EVERY_MS = 100;
const WINDOW_MS = 100;
const MOST_LINES = 200;

/** What is seen inside a pod. Lifecycle: open → (ask)* → close. */
export type Look = {
  readonly ask: (nowMs: number) => void;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly kill: () => void;
  readonly onMessage: (receive: MessageReceiver) => () => void;
  /** What probes said that came another way. */
  readonly hear: (bytes: Buffer) => void;
  readonly close: () => Promise<void>;
};

/**
 * The connection to probes/pod/look.sh in the program's container. Readings are answers: none waits
 * anywhere, however slow the way. What probes say is bounded here as well.
 */
export function openLook(
  client: Client,
  target: ExecTarget,
  onCounters: (counters: Counters) => void,
): Look {
  const receivers = new Set<MessageReceiver>();
  const early: string[] = [];
  let askedMs = Number.NEGATIVE_INFINITY;
  const answers = new BoundedLines((line) => {
    const counters = parseCounters(line);
    if (!counters) return;
    askedMs = Number.NEGATIVE_INFINITY;
    onCounters(counters);
  });
  const messages = new BoundedLines((line) => {
    if (receivers.size === 0 && early.length < MOST_LINES) early.push(line);
    receivers.forEach((receive) => receive(line));
  }, linesOfWindow());
  const hear = (bytes: Buffer): void => messages.feed(bytes);
  const exec = openKeptExec({
    client,
    target: () => target,
    output: {
      onStdout: (bytes) => answers.feed(bytes),
      onStderr: hear,
    },
  });

  function ask(nowMs: number): void {
    if (nowMs - askedMs < LOST_AFTER_MS) return;
    if (exec.sayNow('look')) askedMs = nowMs;
  }

  const timer = setInterval(() => ask(performance.now()), LOOK_EVERY_MS).unref();
  return {
    ask,
    signal: (signal) => exec.say(`signal ${signal.replace(/^SIG/, '')}`),
    kill: () => exec.say('kill'),
    onMessage(receive) {
      receivers.add(receive);
      for (const line of early.splice(0)) receive(line);
      return () => receivers.delete(receive);
    },
    hear,
    async close() {
      clearInterval(timer);
      await exec.close();
    },
  };
}

/** False when this window has had its lines. */
function linesOfWindow(): () => boolean {
  let endsMs = 0;
  let lines = 0;
  return () => {
    const nowMs = performance.now();
    if (nowMs >= endsMs) [endsMs, lines] = [nowMs + WINDOW_MS, 0];
    return ++lines <= MOST_LINES;
  };
}
