import type { PredictiveSettings } from '#config/schema.ts';
import type { Reason } from '#model/decision.ts';
import { formatBytes } from '#model/quantities.ts';
import type { PolicyInput } from '../../policy.ts';
import type { Change } from './change.ts';
import { sourcesText } from './sources-text.ts';

const HALF = 0.5;
/** Growth begins when this share of the headroom is all that is left. */
const REFILL_SHARE = 0.75;
const STALL_GROWTH = 1.5;
/** A program that stands still at a limit uses nearly all of it. */
const AT_LIMIT = 0.9;
/** Steady growth is followed in steps of this share of what is used, not at every reading. */
const GROWTH_STEP = 0.02;
/** Stalls in close succession mean that growth outruns the readings: each doubles the headroom. */
const STREAK_MS = 500;
const LONGEST_STREAK = 6;
/** Page faults and copies fill memory at 1 to 2 GB/s. */
const FASTEST_BYTES_PER_MS = 2e6;

export type MemoryMemory = { stallStreak: number; stalledAtMs: number; grownAtMs: number };

export function newMemoryMemory(): MemoryMemory {
  return { stallStreak: 0, stalledAtMs: Number.NEGATIVE_INFINITY, grownAtMs: Number.NaN };
}

/**
 * Limit = what the working set is expected to reach before the next change can be in force, less what
 * the room above the limit lets through (docs/decisions/0008-shared-burst-room.md), plus headroom. Down
 * only when it has not grown for a while, never to less than half per step, nor to less than was prepared
 * for what is still to come. The working set leaves out page cache that is not in use, so that a program
 * which reads files is not given memory for them.
 * Example, headroom 2 MiB: 100 MiB used, expected to reach 130 MiB → 132 MiB where nothing lies above.
 */
export function decideMemory(
  input: PolicyInput,
  memory: MemoryMemory,
  settings: PredictiveSettings,
): Change | undefined {
  const { sample, allocation, forecast, constraints } = input;
  countStalls(input, memory);
  if (Number.isNaN(memory.grownAtMs)) memory.grownAtMs = sample.atMs;
  const headroomBytes = settings.memoryHeadroomBytes * 2 ** memory.stallStreak;
  const { room, trendRoom, leading } = forecast.memoryBytes;
  const grownBytes = inReachOfGrowth(input, trendRoom, settings);
  // Where the trend leads, what is foreseen is its own room.
  const foreseenBytes = leading === 'trend' ? grownBytes : inReach(input, room, settings);
  const expectedBytes = Math.max(
    grownBytes,
    foreseenBytes,
    sample.memoryWorkingSetBytes * settings.memoryMargin,
  );
  const wanted = expectedBytes + headroomBytes;
  const isShort =
    isStalled(input) || expectedBytes + headroomBytes * REFILL_SHARE > allocation.memoryBytes;
  const stepBytes = Math.max(headroomBytes, sample.memoryWorkingSetBytes * GROWTH_STEP);
  if (isShort)
    return grow(input, memory, {
      wanted: expectedBytes + stepBytes,
      isForeseen: foreseenBytes > grownBytes,
    });
  const calm =
    sample.atMs - memory.grownAtMs >= settings.memorySettleMs && !input.ahead.keepsMemory;
  const to = Math.max(
    wanted,
    inReach(input, input.ahead.heldMemoryBytes, settings) + headroomBytes,
    allocation.memoryBytes * HALF,
    constraints.min.memoryBytes,
  );
  if (!calm || to > allocation.memoryBytes * (1 - settings.minimumChange)) return undefined;
  return { to, reason: cutReason(input, to, settings) };
}

/**
 * What the code foresees is reserved as far as it can be filled before raises catch up, less what
 * the room above the allocation lets through meanwhile. Example: a list of 458 MiB comes next where a
 * change takes 21 ms and 64 MiB lie above: 21 ms × 1.8 × 2 GB/s less 64 MiB are reserved ahead of use,
 * 8 MiB; the rest follows as it is filled. Where a change takes a second, as on Kubernetes, all of it is.
 */
function inReach(
  { sample, forecast, burstRoomBytes = 0 }: PolicyInput,
  bytes: number,
  { memoryLead }: PredictiveSettings,
  growthBytes = Number.POSITIVE_INFINITY,
): number {
  const filledBytes = Math.min(FASTEST_BYTES_PER_MS * forecast.horizonMs, growthBytes);
  const aheadBytes = Math.max(0, filledBytes * memoryLead - burstRoomBytes);
  return Math.min(bytes, sample.memoryWorkingSetBytes + aheadBytes);
}

/**
 * What usage may reach by itself, likewise, if it goes on as fast and a change comes late. Example: 100 MiB
 * that may reach 140 within one: 1.8 × 40 − 64 MiB are reserved ahead of use, 8 MiB; of growth by 20 MiB, nothing.
 */
function inReachOfGrowth(input: PolicyInput, bytes: number, settings: PredictiveSettings): number {
  const growthBytes = Math.max(0, bytes - input.sample.memoryWorkingSetBytes);
  return inReach(input, bytes, settings, growthBytes);
}

/** Where a raise takes its time it stands still at the old limit, which has been answered already. */
function isStalled({ sample, allocation }: PolicyInput): boolean {
  return sample.memoryStalled && sample.memoryBytes >= allocation.memoryBytes * AT_LIMIT;
}

function countStalls(input: PolicyInput, memory: MemoryMemory): void {
  const { sample } = input;
  const recent = sample.atMs - memory.stalledAtMs <= STREAK_MS;
  if (!isStalled(input)) {
    if (!recent) memory.stallStreak = 0;
    return;
  }
  memory.stallStreak = recent ? Math.min(LONGEST_STREAK, memory.stallStreak + 1) : 0;
  memory.stalledAtMs = sample.atMs;
}

function grow(
  input: PolicyInput,
  memory: MemoryMemory,
  { wanted, isForeseen }: { readonly wanted: number; readonly isForeseen: boolean },
): Change | undefined {
  const { sample, allocation, constraints } = input;
  const floor = isStalled(input) ? allocation.memoryBytes * STALL_GROWTH : 0;
  const to = Math.min(constraints.max.memoryBytes, Math.max(wanted, floor));
  if (to <= allocation.memoryBytes) return undefined;
  memory.grownAtMs = sample.atMs;
  return {
    to,
    reason: !isStalled(input) && isForeseen ? aheadReason(input, to) : growReason(input, to),
  };
}

function growReason(input: PolicyInput, to: number): Reason {
  const { sample, allocation, forecast } = input;
  const { trendRoom } = forecast.memoryBytes;
  const stalled = isStalled(input);
  const used = formatBytes(sample.memoryWorkingSetBytes);
  const held = formatBytes(allocation.memoryBytes);
  const text = stalled
    ? `stalled: it uses ${used} of ${held} and asks for more`
    : `uses ${used} of ${held} and may reach ${formatBytes(trendRoom)} within ${Math.round(forecast.horizonMs)} ms (${sourcesText(forecast.memoryBytes)})`;
  return {
    resource: 'memory',
    signal: stalled ? 'memory.stalled' : 'memory.growth',
    value: stalled ? sample.memoryWorkingSetBytes : trendRoom,
    threshold: allocation.memoryBytes,
    factor: to / allocation.memoryBytes,
    text,
  };
}

function aheadReason({ allocation, ahead, forecast }: PolicyInput, to: number): Reason {
  const { room, leading } = forecast.memoryBytes;
  const text = leading === 'trend' ? '' : ahead.claims[leading].memoryText;
  return {
    resource: 'memory',
    signal: 'memory.ahead',
    value: room,
    threshold: allocation.memoryBytes,
    factor: to / allocation.memoryBytes,
    text: `${text} (${sourcesText(forecast.memoryBytes)})`,
  };
}

function cutReason(
  { allocation, forecast }: PolicyInput,
  to: number,
  settings: PredictiveSettings,
): Reason {
  const seconds = settings.memoryWindowMs / 1000;
  const aboveBytes = forecast.memoryBytes.trendRoom - to;
  const above =
    aboveBytes > 0 ? `, for ${formatBytes(aboveBytes)} of which there is room above` : '';
  return {
    resource: 'memory',
    signal: 'memory.unused',
    value: forecast.memoryBytes.trendRoom,
    threshold: allocation.memoryBytes,
    factor: settings.memoryMargin,
    text: `used at most ${formatBytes(forecast.memoryBytes.trendRoom)} in the last ${seconds} s${above}`,
  };
}
