import { claimCpu, claimMemory, type Ahead } from '#model/ahead.ts';
import { formatBytes, formatCpuCores } from '#model/quantities.ts';
import type { Sample } from '#model/sample.ts';
import type { Following, Places } from './places.ts';
import { raiseMemory, SMALLEST_GROWTH_BYTES } from './raise-ahead.ts';

/** A reading, and what a probe is late by. Where a resize takes no time, more was measured to cost more than it saves. */
const LEAD_MS = 30;
/** Less likely ones are left to the raise that follows throttling, which takes some 10 ms. */
const WORTH_CHANCE = 0.4;
/** Visits after which the past of a place is believed. */
const ENOUGH_VISITS = 2;
/** Giving CPU back for less than this is not worth the raise that follows. */
const SHORTEST_IDLE_MS = 150;
const SURE = 0.1;
/** One core is given to whatever asks, some 10 ms late: to hold it ready costs more than it saves, where resizes are quick. */
const MORE_THAN_ONE_CORE = 1.1;
const QUICK_MS = 10;

type Moment = {
  readonly sample: Sample;
  readonly nowMs: number;
  readonly into: Ahead;
  /** How long a resize takes: what begins within it, and the lead time, is prepared. */
  readonly actuationMs: number;
};

/** From where the run is: what came after that place before, and what it did there. */
export function placesAhead(places: Places, moment: Moment): void {
  const { sample, nowMs, into, actuationMs } = moment;
  const { current } = places;
  if (current === undefined || current.visits < ENOUGH_VISITS) return;
  const elapsedMs = places.elapsedMs(nowMs);
  const chanceToLeave = current.chanceToEnd(elapsedMs, elapsedMs + LEAD_MS + actuationMs);
  prepareFollowing(places, chanceToLeave, moment);
  prepareGrowth(places, { sample, into });
}

/** An answer that is not expected soon gives CPU back at once, and what is held is kept for it. */
export function waitAhead(
  places: Places,
  calls: { readonly underWay: number; readonly target: string },
  { nowMs, into, actuationMs }: Omit<Moment, 'sample'>,
): void {
  into.keepsMemory = calls.underWay > 0;
  const { current } = places;
  if (into.cpuCores > 0 || current === undefined) return;
  const elapsedMs = places.elapsedMs(nowMs);
  const known = current.visits >= ENOUGH_VISITS;
  const soon = current.chanceToEnd(elapsedMs, elapsedMs + SHORTEST_IDLE_MS + 2 * actuationMs);
  // Nobody knows how long it takes: where a resize takes its time, it is first waited for as long.
  const mayBeLong = actuationMs <= QUICK_MS || elapsedMs >= 2 * actuationMs;
  into.cpuIdle = known ? soon <= SURE : calls.underWay > 0 && mayBeLong;
  into.cpuIdleText =
    calls.underWay > 0 ? `waits for ${calls.target}` : `waits at ${placeText(current.key)}`;
}

/** Before the earliest moment at which an earlier visit of this place ended; infinite where none is known. */
export function nextPlaceMs(places: Places, nowMs: number, actuationMs: number): number {
  let nextMs = Number.POSITIVE_INFINITY;
  const { current } = places;
  if (current === undefined || current.visits < ENOUGH_VISITS) return nextMs;
  const enteredMs = nowMs - places.elapsedMs(nowMs);
  const shortestMs = Math.min(...current.durationsMs);
  for (const durationMs of current.durationsMs) {
    // Among visits that are spread, the lead is worth it before the end of the longest is near.
    const isSpread = durationMs - shortestMs > LEAD_MS;
    for (const ownMs of isSpread ? [LEAD_MS / WORTH_CHANCE, LEAD_MS] : [LEAD_MS]) {
      const leadMs = ownMs + actuationMs;
      const beforeEndMs = enteredMs + durationMs - leadMs;
      if (beforeEndMs > nowMs && beforeEndMs < nextMs) nextMs = beforeEndMs;
    }
  }
  return nextMs;
}

/** The place that comes next is prepared when it may begin within the lead time. */
function prepareFollowing(places: Places, chanceToLeave: number, moment: Moment): void {
  if (chanceToLeave === 0) return;
  for (const { stats, chance } of places.following()) {
    if (chance * chanceToLeave < WORTH_CHANCE || stats.visits === 0) continue;
    prepare({ stats, chance: chance * chanceToLeave }, moment);
  }
}

function prepare({ stats, chance }: Following, { sample, into, actuationMs }: Moment): void {
  const text = `${placeText(stats.key)} comes next (${Math.round(chance * 100)} %)`;
  const cpuText = `${text} and used ${formatCpuCores(stats.cpuCores)} cores`;
  if (stats.cpuCores >= MORE_THAN_ONE_CORE || actuationMs > QUICK_MS)
    claimCpu(into, 'history', stats.cpuCores, cpuText);
  raiseMemory(into, sample, {
    bytes: Math.min(sample.memoryWorkingSetBytes + stats.grownBytes, stats.mostBytes),
    source: 'history',
    text: `${text} and grew by ${formatBytes(stats.grownBytes)}`,
  });
  for (const key of ['ingressBitsPerSecond', 'egressBitsPerSecond'] as const)
    if (stats[key] > into[key]) {
      into[key] = stats[key];
      into.networkText = text;
    }
}

/** What this place did on earlier visits it is expected to do again before it ends. */
function prepareGrowth(places: Places, { sample, into }: Pick<Moment, 'sample' | 'into'>): void {
  const { current } = places;
  const bytes = places.expectedBytes();
  if (current === undefined || current.grownBytes < SMALLEST_GROWTH_BYTES) return;
  if (bytes <= sample.memoryWorkingSetBytes) return;
  const text = `${placeText(current.key)} grew by ${formatBytes(current.grownBytes)} before`;
  claimMemory(into, 'history', bytes, text);
}

/** `file:function:line`, or the name of a command, for people. */
function placeText(key: string): string {
  const [file = '', name = '', line = ''] = key.split(':');
  if (line === '') return file;
  return name === '' ? `${file} line ${line}` : `${name} (${file} line ${line})`;
}
