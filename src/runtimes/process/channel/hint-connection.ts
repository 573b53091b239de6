import type { Socket } from 'node:net';
import type { MessageReceiver } from '#model/instance.ts';
import { BoundedLines } from './bounded-lines.ts';
import { boundRate } from './rate-bound.ts';

/** Whoever does not read what it asked for is let go. */
const MOST_UNREAD_BYTES = 64 * 1024;

export type Watchers = {
  readonly sockets: Map<Socket, (line: string) => void>;
  /** What was told last, for who begins to watch. */
  latest: string;
};

/** One connection of a program: each line is answered, or makes it watch the allocation. */
export function acceptHint(socket: Socket, watchers: Watchers, receive: MessageReceiver): void {
  const rate = boundRate(socket);
  const write = (line: string) => {
    if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
    else if (socket.writable) socket.write(`${line}\n`);
  };
  const lines = new BoundedLines((line) => {
    if (!isWatch(line)) return receive(line, write);
    if (watchers.latest !== '') write(watchers.latest);
    watchers.sockets.set(socket, write);
  }, rate.mayPass);
  socket.unref();
  socket.on('data', (chunk: Buffer) => {
    rate.count(chunk.length);
    lines.feed(chunk);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => watchers.sockets.delete(socket));
}

function isWatch(line: string): boolean {
  if (!line.includes('"watch"')) return false;
  try {
    const message = JSON.parse(line) as { readonly v?: unknown; readonly kind?: unknown } | null;
    return message?.v === 1 && message.kind === 'watch';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
