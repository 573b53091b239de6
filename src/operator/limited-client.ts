import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '#runtimes/kubernetes/api/client.ts';

/**
 * A client that writes at most so often: however many pods want to be resized at once, the API server
 * gets `perSecond` writes, after a burst of `burst`. Reads and watches are not held up.
 */
export function limitWrites(
  client: Client,
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
): Client {
  let tokens = burst;
  let atMs = performance.now();

  /** How long to wait for one's turn. */
  function takeTurnMs(): number {
    const nowMs = performance.now();
    tokens = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond) - 1;
    atMs = nowMs;
    return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
  }

  return {
    ...client,
    async request(request) {
      const waitMs = request.verb === 'GET' ? 0 : takeTurnMs();
      if (waitMs > 0) await sleep(waitMs);
      return client.request(request);
    },
  };
}
