import { COMPLEXITY_CLASSES } from '#model/complexity.ts';
import type { ProbeLook } from '#model/probe.ts';
import type { KnownPlace } from './place-index.ts';

/** Weights and half-way points of the live score; docs/guides/probes.md has the formula. */
const WEIGHT = { class: 30, loopDepth: 20, branching: 15, recursion: 15, structures: 15, calls: 5 };
const HALF = { loopDepth: 2, branching: 15, recursion: 20, structureBytes: 64 * 2 ** 20, calls: 3 };

/**
 * How demanding the run is at this moment, 0–100: what runs counts by the place that it is in, what
 * waits only by what it holds and whom it waits for.
 * Example: in a quadratic function (30 · 4/6) two loops deep (20 · ½), cognitive 15 (15 · ½), no
 * recursion, 64 MiB in its containers (15 · ½), no call: 20 + 10 + 7.5 + 7.5 = 45.
 */
export function liveScore(
  look: ProbeLook,
  known: KnownPlace | undefined,
  callsUnderWay: number,
): number {
  const held = look.containers.reduce((bytes, container) => bytes + container.bytes, 0);
  const waitingScore =
    WEIGHT.structures * saturation(held, HALF.structureBytes) +
    WEIGHT.calls * saturation(callsUnderWay, HALF.calls);
  return look.state === 'waiting' ? waitingScore : waitingScore + runningScore(look, known);
}

function runningScore(look: ProbeLook, known: KnownPlace | undefined): number {
  const top = COMPLEXITY_CLASSES.length - 1;
  const rank = known?.function ? COMPLEXITY_CLASSES.indexOf(known.function.class) : 0;
  const repeated = look.recursion[0]?.times ?? 1;
  return (
    (WEIGHT.class * rank) / top +
    WEIGHT.loopDepth * saturation(known?.place.loopDepth ?? 0, HALF.loopDepth) +
    WEIGHT.branching * saturation(known?.function?.cognitive ?? 0, HALF.branching) +
    WEIGHT.recursion * saturation(repeated - 1, HALF.recursion)
  );
}

function saturation(value: number, half: number): number {
  return value / (value + half);
}
