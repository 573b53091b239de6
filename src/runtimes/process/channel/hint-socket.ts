import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { MessageReceiver } from '#model/instance.ts';
import { acceptHint, type Watchers } from './hint-connection.ts';

/** In the state folder; inside it is /run/limber/hints. */
export const HINT_SOCKET = 'shared/hints';

const MOST_CONNECTIONS = 8;
/** Node accepts as fast as a program connects: one that does nothing else is not listened to for a while. */
const MOST_ACCEPTED = 64;
const WINDOW_MS = 100;
const DEAF_MS = 1000;

export type HintSocket = {
  /** Tells every connection that watches, now and when it begins to. */
  readonly tell: (line: string) => void;
  readonly start: () => void;
  /** It is found there now. */
  readonly moveTo: (path: string) => void;
  readonly close: () => void;
};

/**
 * The socket at which a program asks for resources and is told of resizes: lines of JSON both ways.
 * The folder is what the instance sees, so that the socket can be made anew.
 */
export function openHintSocket(firstPath: string, receive: MessageReceiver): HintSocket {
  const connected = new Set<Socket>();
  const watchers: Watchers = { sockets: new Map(), latest: '' };
  let path = firstPath;
  let server: Server | undefined;
  let timer: NodeJS.Timeout | undefined;
  let started = false;
  let accepted = { count: 0, untilMs: 0 };

  function listen(): void {
    rmSync(path, { force: true });
    server = createServer(onConnection);
    // Without the socket a run goes on all the same; the FIFO takes hints as well.
    server.on('error', () => server?.close());
    server.listen(path).unref();
  }

  function onConnection(socket: Socket): void {
    const nowMs = performance.now();
    if (nowMs >= accepted.untilMs) accepted = { count: 0, untilMs: nowMs + WINDOW_MS };
    if (++accepted.count > MOST_ACCEPTED) pause();
    if (connected.size >= MOST_CONNECTIONS) return void socket.destroy();
    connected.add(socket);
    socket.on('close', () => connected.delete(socket));
    acceptHint(socket, watchers, receive);
    if (!started) socket.pause();
  }

  function pause(): void {
    if (timer !== undefined) return;
    server?.close();
    timer = setTimeout(() => {
      timer = undefined;
      listen();
    }, DEAF_MS).unref();
  }

  listen();
  return {
    tell(line) {
      watchers.latest = line;
      watchers.sockets.forEach((write) => write(line));
    },
    start() {
      started = true;
      connected.forEach((socket) => socket.resume());
    },
    moveTo(newPath) {
      path = newPath;
    },
    close() {
      clearTimeout(timer);
      server?.close();
      connected.forEach((socket) => socket.destroy());
    },
  };
}
