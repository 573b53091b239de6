import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession } from 'playwright-core';
import { quantile, rounded } from '../measure/statistics.ts';

/**
 * One picture of the screen: what the main thread worked for it, in milliseconds of its own CPU time
 * and of the clock, and when the next one began. On a machine with other work the clock tells of that, too.
 */
export type Frame = { readonly cpuMs: number; readonly clockMs: number; readonly sinceMs: number };

/** https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU: Trace Event Format. */
type TraceEvent = {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
};

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel'];
const USEC_PER_MS = 1000;

/** The frames while `work` goes on, as Chromium traces them. */
export async function framesDuring(
  debug: CDPSession,
  work: () => Promise<void>,
): Promise<readonly Frame[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { readonly value: readonly object[] }): void =>
    void events.push(...(value as unknown as TraceEvent[]));
  debug.on('Tracing.dataCollected', collect);
  const categories = CATEGORIES.join(',');
  await debug.send('Tracing.start', { categories, transferMode: 'ReportEvents' });
  await work();
  const complete = new Promise((done) => debug.once('Tracing.tracingComplete', done));
  await debug.send('Tracing.end');
  await complete;
  debug.off('Tracing.dataCollected', collect);
  return framesOf(events);
}

function framesOf(events: readonly TraceEvent[]): readonly Frame[] {
  const frames: Frame[] = [];
  let [cpu, clock] = [0, 0];
  let before = Number.NaN;
  const main = mainThreadOf(events);
  const own = events.filter(({ pid, tid }) => pid === main?.pid && tid === main.tid);
  for (const { name, ts, dur = 0, tdur = dur } of own.toSorted((a, b) => a.ts - b.ts)) {
    if (name === 'RunTask') [cpu, clock] = [cpu + tdur, clock + dur];
    if (name !== 'Commit') continue;
    const sinceMs = (ts - before) / USEC_PER_MS;
    if (!Number.isNaN(before))
      frames.push({ cpuMs: cpu / USEC_PER_MS, clockMs: clock / USEC_PER_MS, sinceMs });
    [cpu, clock, before] = [0, 0, ts];
  }
  return frames;
}

/** That of the page: of all renderers the one that draws most. */
function mainThreadOf(events: readonly TraceEvent[]): TraceEvent | undefined {
  const commits = Map.groupBy(
    events.filter(({ name }) => name === 'Commit'),
    ({ pid, tid }) => `${pid} ${tid}`,
  );
  const [most] = [...commits.values()].toSorted((a, b) => b.length - a.length);
  return most?.[0];
}

/**
 * What a hand at a mouse sends: sixty times a second by the clock, without waiting for the page. With one
 * pause after the other it would be 57.
 */
export async function sixtyASecond(
  times: number,
  send: (turn: number) => Promise<unknown>,
): Promise<void> {
  const sent: Promise<unknown>[] = [];
  const begunMs = performance.now();
  for (let turn = 0; turn < times; turn++) {
    await sleep(Math.max(0, begunMs + (turn * 1000) / 60 - performance.now()));
    sent.push(send(turn));
  }
  await Promise.all(sent);
}

export function figuresOf(frames: readonly Frame[]) {
  const seconds = frames.reduce((sum, { sinceMs }) => sum + sinceMs, 0) / 1000;
  const of = (key: keyof Frame, share: number) =>
    rounded(
      quantile(
        frames.map((frame) => frame[key]),
        share,
      ),
    );
  return {
    frames: frames.length,
    framesPerSecond: rounded(frames.length / seconds),
    cpuMsMedian: of('cpuMs', 0.5),
    cpuMsP95: of('cpuMs', 0.95),
    cpuMsMost: of('cpuMs', 1),
    clockMsMedian: of('clockMs', 0.5),
    clockMsP95: of('clockMs', 0.95),
    within16MsOfCpu: rounded(frames.filter(({ cpuMs }) => cpuMs <= 16.7).length / frames.length),
  };
}
