import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { quantile, rounded } from '../measure/statistics.ts';

/** Milliseconds per frame: how long the main thread worked on it, and when the next one began. */
export type Frame = { readonly workMs: number; readonly sinceMs: number };

/**
 * In the page: from the first callback of a frame to the first task behind its painting; and input
 * that is dealt with between frames counts for the next.
 */
const OBSERVE = `(() => {
  const frames = (globalThis.frames_ = []);
  let before = performance.now();
  let input = 0;
  const { port1, port2 } = new MessageChannel();
  let began = 0;
  port1.onmessage = () => {
    frames.push({ workMs: performance.now() - began + input, sinceMs: began - before });
    before = began;
    input = 0;
  };
  const frame = () => {
    began = performance.now();
    port2.postMessage(0);
    requestAnimationFrame(frame);
  };
  for (const kind of ['wheel', 'pointermove', 'keydown']) {
    let from = 0;
    addEventListener(kind, () => (from = performance.now()), { capture: true, passive: true });
    addEventListener(kind, () => queueMicrotask(() => (input += performance.now() - from)), { passive: true });
  }
  requestAnimationFrame(frame);
})()`;

export async function observeFrames(page: Page): Promise<void> {
  await page.evaluate(OBSERVE);
}

/** The frames while `work` goes on. */
export async function framesDuring(
  page: Page,
  work: () => Promise<void>,
): Promise<readonly Frame[]> {
  await page.evaluate('void (globalThis.frames_.length = 0)');
  await work();
  return page.evaluate<readonly Frame[]>('globalThis.frames_.slice(1)');
}

type Wheel = {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly modifiers: number;
};

/** What a hand on a wheel sends: sixty times a second, without waiting for the page. */
export async function turnWheel(
  debug: CDPSession,
  at: { readonly x: number; readonly y: number },
  wheels: readonly Wheel[],
): Promise<void> {
  const sent: Promise<unknown>[] = [];
  for (const wheel of wheels) {
    sent.push(debug.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...at, ...wheel }));
    await sleep(1000 / 60);
  }
  await Promise.all(sent);
}

export function figuresOf(frames: readonly Frame[]) {
  const work = frames.map(({ workMs }) => workMs);
  const seconds = frames.reduce((sum, { sinceMs }) => sum + sinceMs, 0) / 1000;
  return {
    frames: frames.length,
    framesPerSecond: rounded(frames.length / seconds),
    workMsMedian: rounded(quantile(work, 0.5)),
    workMsP95: rounded(quantile(work, 0.95)),
    workMsMost: rounded(quantile(work, 1)),
    within16Ms: rounded(work.filter((ms) => ms <= 16.7).length / work.length),
  };
}
