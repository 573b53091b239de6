import type { Socket } from 'node:net';

const WINDOW_MS = 100;
/** Some fifty probed processes at 20 looks a second; what a parser does in less than 2 ms. */
const MOST_BYTES = 64 * 1024;
const MOST_LINES = 200;

export type RateBound = {
  readonly count: (bytes: number) => void;
  /** False when this window has had its lines. */
  readonly mayPass: () => boolean;
};

/**
 * Stops reading for the rest of a window when too much came: the pipe fills, and whoever floods it
 * waits or loses messages. Nobody else is held up.
 */
export function boundRate(socket: Socket): RateBound {
  let windowEndsMs = 0;
  let bytesSeen = 0;
  let linesSeen = 0;

  function pause(nowMs: number): void {
    if (socket.isPaused()) return;
    socket.pause();
    setTimeout(() => socket.resume(), windowEndsMs - nowMs).unref();
  }

  return {
    count(bytes) {
      const nowMs = performance.now();
      if (nowMs >= windowEndsMs) {
        windowEndsMs = nowMs + WINDOW_MS;
        bytesSeen = 0;
        linesSeen = 0;
      }
      bytesSeen += bytes;
      if (bytesSeen >= MOST_BYTES) pause(nowMs);
    },
    mayPass: () => ++linesSeen <= MOST_LINES,
  };
}
