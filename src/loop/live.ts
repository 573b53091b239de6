import type { ComplexityProfile } from '#model/complexity.ts';
import { emptyAhead, type Ahead } from '#model/ahead.ts';
import type { Constraints } from '#model/constraints.ts';
import type { KnownInput } from '#model/known-input.ts';
import type { Activity, PhasePlace, PlaceHistory } from '#model/phase.ts';
import type { ProbeMessage } from '#model/probe.ts';
import type { Sample } from '#model/sample.ts';
import { decodeProbeMessage } from '#monitor/probe/decode.ts';
import { LiveProgram } from '#monitor/probe/live-program.ts';
import { LivingProcesses } from '#monitor/probe/living-processes.ts';
import { liveScore } from '#monitor/probe/live-score.ts';
import { indexPlaces, type PlaceIndex } from '#monitor/probe/place-index.ts';
import { CodeAhead } from '#predict/code/code-ahead.ts';
import { Lookahead } from '#predict/lookahead.ts';

/**
 * What is known of where a run is: heard from its probes and placed in its code, or, where none
 * speaks, seen from outside; and looked ahead from. Everything in it may be a lie of the program; it moves resizes within the constraints only.
 */
export type Live = {
  readonly program: LiveProgram;
  readonly lookahead: Lookahead;
  readonly ahead: Ahead;
  readonly index: PlaceIndex;
  place: PhasePlace | undefined;
  /** Live complexity score, 0–100; NaN while no probe speaks. */
  score: number;
  isWaiting: boolean;
  callsUnderWay: number;
  /** A connection was seen, from outside, that an answer is to come by: what no probe can tell of a bare socket. */
  isOwed: boolean;
  waitsForDisk: boolean;
  /** The process whose probe spoke first, until that has looked. */
  startingPid: number | undefined;
  /** False while no probe has told the place. */
  isHeard: boolean;
  /** Messages that were not of the protocol. */
  garbage: number;
  seenVersion: number;
};

export type LiveOptions = {
  readonly profile: ComplexityProfile;
  /** What the places of this code cost in past runs. */
  readonly places: readonly PlaceHistory[];
  /** What is known of its input before it starts. */
  readonly knownInput: KnownInput;
  readonly constraints: Constraints;
  /** Ids on this machine of the program's processes; absent where another kernel runs it. */
  readonly processIds?: (() => readonly number[]) | undefined;
  /** How long a resize takes. */
  readonly actuationMs: number;
};

export function newLive(options: LiveOptions, nowMs: number): Live {
  const { profile, places, knownInput, constraints, processIds, actuationMs } = options;
  const code = new CodeAhead({
    profile,
    input: knownInput,
    mostCores: constraints.max.cpuCores,
    actuationMs,
  });
  const mostBytes = constraints.max.memoryBytes;
  code.begin(nowMs);
  return {
    program: processIds === undefined ? new LiveProgram() : hearingTheLiving(processIds),
    lookahead: new Lookahead({ past: places, code, mostBytes, actuationMs }),
    ahead: emptyAhead(),
    index: indexPlaces(profile),
    place: undefined,
    score: Number.NaN,
    isWaiting: false,
    callsUnderWay: 0,
    isOwed: false,
    waitsForDisk: false,
    startingPid: undefined,
    isHeard: false,
    garbage: 0,
    seenVersion: 0,
  };
}

function hearingTheLiving(processIds: () => readonly number[]): LiveProgram {
  const living = new LivingProcesses(processIds);
  return new LiveProgram((pid) => living.has(pid));
}

/** One line from inside; undefined when it is none of a probe's. */
export function hear(live: Live, line: string, nowMs: number): ProbeMessage | undefined {
  const message = decodeProbeMessage(line);
  if (message === undefined) live.garbage++;
  else live.program.hear(message, nowMs);
  return message;
}

/** True when the newest look is of another place, or the program began or ceased to wait. */
export function hasMoved(live: Live, nowMs: number): boolean {
  const look = live.program.look(nowMs);
  if (look === undefined) return false;
  if ((look.state === 'waiting') !== live.isWaiting) return true;
  return live.index.find(look.stack)?.place.key !== live.place?.key;
}

/** What the probes said since the last reading is placed in the code. Costs nothing when they did not. */
export function lookInside(live: Live, sample: Sample, nowMs: number): void {
  const { program, lookahead } = live;
  lookahead.observe(sample);
  program.forgetDead(nowMs);
  if (program.version === live.seenVersion) {
    if (live.isHeard && !program.speaks(nowMs)) forget(live);
    return;
  }
  live.seenVersion = program.version;
  const { count, oldest } = program.callsUnderWay();
  lookahead.seeCalls(count, nowMs);
  const look = program.look(nowMs);
  if (look === undefined) return live.isHeard ? forget(live) : undefined;
  const known = live.index.find(look.stack);
  live.place = known?.place;
  live.score = liveScore(look, known, count);
  live.isWaiting = look.state === 'waiting';
  live.callsUnderWay = count;
  live.waitsForDisk = false;
  live.isHeard = true;
  if (known === undefined) return;
  const view = {
    look,
    code: { look, frames: known.frames, answerLeftMs: program.answerLeftMs(nowMs) },
    key: known.place.key,
    callsUnderWay: count,
    target: oldest?.target ?? 'an answer',
  };
  lookahead.see(view, sample, nowMs);
}

/** Of one core; who uses less waits, whatever was seen of it before. */
const RUNNING_CORES = 0.05;

/**
 * Usage tells that a run waits; whom or what it waits for, the probe or a look from outside does.
 * Where they see it run, little CPU is all that it was given.
 */
export function activityInside(live: Live, activity: Activity, cpuCoresUsed: number): Activity {
  if (activity !== 'waiting') return activity;
  if (live.callsUnderWay > 0 || (live.isWaiting && live.isOwed)) return 'calling';
  if (live.waitsForDisk) return 'reading';
  const runs = live.place !== undefined && !live.isWaiting && cpuCoresUsed > RUNNING_CORES;
  return runs ? 'computing' : activity;
}

/** Nobody tells any more where it is. */
export function forget(live: Live): void {
  live.place = undefined;
  live.score = Number.NaN;
  live.isWaiting = false;
  live.callsUnderWay = 0;
  live.waitsForDisk = false;
  live.isHeard = false;
  live.lookahead.lose();
}
