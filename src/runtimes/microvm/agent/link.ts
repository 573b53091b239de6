import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { MessageReceiver } from '#model/instance.ts';
import { BoundedLines } from '../../process/channel/bounded-lines.ts';
import { encodeFrame, FrameReader, type Frame } from './frames.ts';
import { isAboutHints, openHintRelay, type HintRelay } from './hint-relay.ts';
import { parseEnd, parseSample, type GuestCounters, type GuestEnd } from './reading.ts';

const GREETING_BYTES = 16;
const RANDOM_BYTES = 256;
const NS_PER_MS = 1_000_000n;
const GREET_EVERY_MS = 1_000;
const WINDOW_MS = 100;
const MOST_LINES = 200;
const MOST_WARNINGS = 20;

export type LinkEvents = {
  readonly onCounters: (counters: GuestCounters) => void;
  readonly onEnd: (end: GuestEnd) => void;
};

/** The connection to the agent of one guest. Lifecycle: open → ready → (say)* → close. */
export type Link = {
  /** Resolves when the agent has answered; rejects when the connection ends before. */
  readonly ready: Promise<void>;
  /** Makes the machine that of a run, whose folder and card are plugged in; resolves when it is. */
  readonly furnish: () => Promise<void>;
  readonly say: (type: string, payload?: Buffer | string) => void;
  /** Hands bytes to the program; false when it takes no more. One at a time. */
  readonly give: (bytes: Buffer) => Promise<boolean>;
  /** Whoever listens is told of an end that was before. */
  readonly listen: (events: LinkEvents) => void;
  readonly onMessage: (receive: MessageReceiver) => () => void;
  /** Connections of programs go to the socket of this path from now on. */
  readonly relayHints: (path: string) => void;
  /** The program's memory limit as the guest had it first; 0 where nothing but the maximum holds it. */
  readonly limitBytes: Promise<number>;
  /** What the agent could not do. */
  readonly warnings: () => readonly string[];
  readonly close: () => void;
};

export function openLink(socket: Socket): Link {
  const greeting = encodeFrame('H', randomBytes(GREETING_BYTES));
  const reader = new FrameReader(greeting);
  const ready = Promise.withResolvers<void>();
  const furnished = Promise.withResolvers<void>();
  const limit = Promise.withResolvers<number>();
  const messages = openMessages();
  const warnings: string[] = [];
  let listener: LinkEvents | undefined;
  let ended: GuestEnd | undefined;
  let relay: HintRelay | undefined;
  const taken: ((isTaken: boolean) => void)[] = [];

  function receive({ type, payload }: Frame): void {
    const text = () => payload.toString('latin1');
    if (type === 'H') ready.resolve();
    if (type === 'U') furnished.resolve();
    if (isAboutHints(type)) relay?.receive(type, payload);
    if (type === 'M') messages.feed(payload);
    if (type === 'A') taken.shift()?.(text() === '1');
    if (type === 'W' && warnings.length < MOST_WARNINGS) warnings.push(text().trim());
    const counters = type === 'S' ? parseSample(text()) : undefined;
    if (counters) limit.resolve(counters.limitBytes);
    if (counters) listener?.onCounters(counters);
    const end = type === 'X' ? parseEnd(text()) : undefined;
    if (!end) return;
    ended = end;
    listener?.onEnd(end);
  }

  socket.on('data', (chunk: Buffer) => {
    const frames = reader.feed(chunk);
    if (!frames) return void socket.destroy();
    frames.forEach(receive);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    const error = new Error('the connection to the guest ended');
    ready.reject(error);
    furnished.reject(error);
    limit.reject(error);
    taken.splice(0).forEach((resolve) => resolve(false));
    relay?.close();
  });
  for (const promise of [ready.promise, furnished.promise, limit.promise]) promise.catch(() => {});
  greetUntil(ready.promise, () => void (socket.destroyed || socket.write(greeting)));

  const say = (type: string, payload?: Buffer | string): void => {
    if (!socket.destroyed) socket.write(encodeFrame(type, payload));
  };
  return {
    ready: ready.promise,
    furnish() {
      say('U', whatIsNew());
      return furnished.promise;
    },
    say,
    give(bytes) {
      if (socket.destroyed) return Promise.resolve(false);
      say('I', bytes);
      return new Promise((resolve) => taken.push(resolve));
    },
    listen(events) {
      listener = events;
      if (ended) events.onEnd(ended);
    },
    onMessage: (receive) => messages.on(receive),
    relayHints(path) {
      relay = openHintRelay(path, say);
      say('O');
    },
    warnings: () => warnings,
    limitBytes: limit.promise,
    close: () => socket.destroy(),
  };
}

/** The time, which stood still in a machine that was kept, and bytes that no other one is given. */
function whatIsNew(): Buffer {
  const time = Buffer.alloc(BigUint64Array.BYTES_PER_ELEMENT);
  time.writeBigUInt64LE(BigInt(Date.now()) * NS_PER_MS);
  return Buffer.concat([time, randomBytes(RANDOM_BYTES)]);
}

/** The guest may take the first one for the rest of what a former controller said. */
function greetUntil(ready: Promise<void>, greet: () => void): void {
  greet();
  const timer = setInterval(greet, GREET_EVERY_MS).unref();
  const stop = () => clearInterval(timer);
  ready.then(stop, stop);
}

/** What probes say is bounded here as well; what comes before anybody listens waits. */
function openMessages() {
  const receivers = new Set<MessageReceiver>();
  const early: string[] = [];
  const lines = new BoundedLines((line) => {
    if (receivers.size === 0 && early.length < MOST_LINES) early.push(line);
    receivers.forEach((receive) => receive(line));
  }, linesOfWindow());
  return {
    feed: (bytes: Buffer) => lines.feed(bytes),
    on(receive: MessageReceiver) {
      receivers.add(receive);
      for (const line of early.splice(0)) receive(line);
      return () => receivers.delete(receive);
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
