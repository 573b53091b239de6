import type { Allocation } from '#model/allocation.ts';
import type { Constraints } from '#model/constraints.ts';
import type { Decision } from '#model/decision.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import { emptyForecast, type Interval } from '#model/forecast.ts';
import type { Note } from '#model/execution.ts';
import type { Floor } from '#model/hint.ts';
import type { Instance } from '#model/instance.ts';
import type { KnownInput } from '#model/known-input.ts';
import type { Activity, PlaceHistory } from '#model/phase.ts';
import type { TimelinePoint } from '#model/summary.ts';
import type { Policy, PolicyInput } from '#decide/policy.ts';
import { newSamplingState, type SamplingState } from '#monitor/interval.ts';
import { Contention } from '#monitor/outside/contention.ts';
import { countRunnableThreads } from '#monitor/outside/runnable-threads.ts';
import { Forecasts } from '#predict/forecasts.ts';
import type { TrendSettings } from '#predict/trend/trend-settings.ts';
import { newAccount, type Account } from './account.ts';
import { newClaiming, type Claiming } from './claiming-state.ts';
import { HintNotes } from './hint-notes.ts';
import { Hints } from './hints.ts';
import { newLive, type Live } from './live.ts';
import { Outside } from './outside.ts';
import { Phases } from './phases.ts';

/** Whose memory it was that ran out. */
export type MemoryEnding = 'memory-exhausted' | 'budget-exhausted' | 'node-memory-exhausted';

/** What the loop tells whoever runs an instance. */
export type ManagedEvents = {
  readonly onPoint: (point: TimelinePoint) => void;
  readonly onDecision: (decision: Decision) => void;
  /** Something that the user should know and that is no resize. */
  readonly onNote: (note: Note) => void;
  /** It stands still at its memory maximum and nothing can help it any more. */
  readonly onMemoryExhausted: (why: MemoryEnding) => void;
  /** The loop itself failed on this instance, and has let go of it. */
  readonly onFault: (error: unknown) => void;
};

export type ManagedOptions = {
  readonly instance: Instance;
  readonly policy: Policy;
  /** Windows of the trend where they may change; else those of the controller. */
  readonly trend?: TrendSettings;
  /** What the policy goes on from, where that is not what the instance holds: it only watches. */
  readonly initial?: Allocation;
  readonly constraints: Constraints;
  readonly profile: ComplexityProfile;
  /** What the places of this code cost in past runs. */
  readonly places: readonly PlaceHistory[];
  /** Whether the program is looked at through /proc where no probe speaks. */
  readonly looksOutside: boolean;
  /** What is known of its input before it starts. */
  readonly knownInput: KnownInput;
  /** What unlimited quantities are accounted as: the node's capacity. */
  readonly ceiling: Allocation;
  readonly events: ManagedEvents;
  /** Of a run that another controller began: when, on this one's clock, and its account so far. */
  readonly startedMs?: number;
  readonly account?: Account;
};

/** One instance under the loop: its stages' state, and nothing that they share. */
export type Managed = Omit<ManagedOptions, 'policy' | 'constraints' | 'trend'> & {
  policy: Policy;
  /** May be changed while it runs. */
  constraints: Constraints;
  readonly startedMs: number;
  readonly forecasts: Forecasts;
  /** What the policy looks at; written into every tick. */
  readonly input: PolicyInput & {
    allocation: Allocation;
    constraints: Constraints;
    complexityScore: number;
    floor: Floor | undefined;
    startedMs?: number;
    wakingCores: number;
  };
  readonly hints: Hints;
  readonly hintNotes: HintNotes;
  readonly live: Live;
  readonly outside: Outside;
  /** How many cores it waits for now; absent where its processes cannot be seen. */
  readonly contendedCores: (() => number) | undefined;
  readonly phases: Phases;
  readonly sampling: SamplingState;
  readonly account: Account;
  readonly claiming: Claiming;
  /** Budgets of which it was said that they are spent. */
  readonly budgetsTold: string[];
  activity: Activity;
  dueMs: number;
  intervalMs: number;
  /** It is read once a second: nothing happens in it. */
  isIdle: boolean;
  lastCpuUsec: number;
  pointDueMs: number;
  /** Resizes that still converge; until they are done only growth may follow. */
  resizesUnderWay: number;
  atMaximumSinceMs: number;
  exhausted: boolean;
  /** It stands still so that the node does not run out of memory. */
  frozenSinceMs: number | undefined;
  /** Nobody looks after it any more: it has ended, or this controller has stopped. */
  removed: boolean;
  refusalDueMs: number;
  /** When the burst room was closed last; infinite while it is open. */
  roomClosedMs: number;
  stopWatchingPressure: () => void;
  stopListening: () => void;
};

function contendedCoresOf({ outside, reading }: Instance): Managed['contendedCores'] {
  if (!outside) return undefined;
  const contention = new Contention(outside.processIds);
  return () => contention.look(reading, reading.atMs);
}

function runnableThreadsOf({ outside }: Instance): PolicyInput['runnableThreads'] {
  return outside && ((most) => countRunnableThreads(outside.processIds(), most));
}

export function newManaged(options: ManagedOptions, trend: TrendSettings, nowMs: number): Managed {
  const { actuationLatencyMs: actuationMs, outside } = options.instance;
  const live = newLive({ ...options, actuationMs, processIds: outside?.processIds }, nowMs);
  return {
    ...options,
    live,
    outside: new Outside(options.looksOutside ? options.instance.outside : undefined, nowMs),
    contendedCores: contendedCoresOf(options.instance),
    hints: new Hints(),
    hintNotes: new HintNotes(options.events.onNote, options.startedMs ?? nowMs),
    phases: new Phases(),
    startedMs: options.startedMs ?? nowMs,
    forecasts: new Forecasts(options.trend ?? trend, {
      ahead: live.ahead,
      sample: options.instance.reading,
      actuationMs,
    }),
    input: {
      sample: options.instance.reading,
      // In force, or recommended where nothing can be enforced.
      allocation: finite(options.initial ?? options.instance.allocation(), options.ceiling),
      constraints: options.constraints,
      complexityScore: options.profile.score,
      forecast: emptyForecast(),
      ahead: live.ahead,
      floor: undefined,
      burstRoomBytes: options.instance.burstRoom?.bytes,
      wakingCores: 0,
      actuationMs,
      runnableThreads: runnableThreadsOf(options.instance),
    },
    sampling: newSamplingState(nowMs),
    account: options.account ?? newAccount(nowMs),
    claiming: newClaiming(),
    budgetsTold: [],
    activity: 'starting',
    dueMs: nowMs,
    intervalMs: 0,
    isIdle: false,
    lastCpuUsec: 0,
    pointDueMs: nowMs,
    resizesUnderWay: 0,
    atMaximumSinceMs: Number.POSITIVE_INFINITY,
    exhausted: false,
    frozenSinceMs: undefined,
    removed: false,
    refusalDueMs: nowMs,
    roomClosedMs: Number.POSITIVE_INFINITY,
    stopWatchingPressure: () => {},
    stopListening: () => {},
  };
}

/** Unlimited quantities count as the whole node: that is what the program may take. */
export function finite(allocation: Allocation, ceiling: Allocation): Allocation {
  return {
    cpuCores: Math.min(allocation.cpuCores, ceiling.cpuCores),
    memoryBytes: Math.min(allocation.memoryBytes, ceiling.memoryBytes),
    ingressBitsPerSecond: Math.min(allocation.ingressBitsPerSecond, ceiling.ingressBitsPerSecond),
    egressBitsPerSecond: Math.min(allocation.egressBitsPerSecond, ceiling.egressBitsPerSecond),
  };
}

export function timelinePoint(managed: Managed): TimelinePoint {
  const { reading } = managed.instance;
  return {
    atSeconds: (reading.atMs - managed.startedMs) / 1000,
    allocation: managed.input.allocation,
    cpuCoresUsed: reading.cpuCoresUsed,
    cpuCoresThrottled: reading.cpuCoresThrottled,
    memoryBytes: reading.memoryBytes,
    memoryWorkingSetBytes: reading.memoryWorkingSetBytes,
    memoryStalled: reading.memoryStalled,
    ingressBitsPerSecond: reading.ingressBitsPerSecond,
    egressBitsPerSecond: reading.egressBitsPerSecond,
    processCount: reading.processCount,
    activity: managed.activity,
    place: managed.live.place?.key ?? '',
    ...(!Number.isNaN(managed.live.score) && { score: managed.live.score }),
    ...progressOf(managed.live, reading.atMs),
  };
}

function progressOf(live: Live, nowMs: number): Pick<TimelinePoint, 'progress'> {
  const progress = live.lookahead.progress(nowMs);
  if (progress === undefined) return {};
  const { fraction, secondsLeft, peakBytes } = progress;
  return {
    progress: { fraction, secondsLeft: endsOf(secondsLeft), peakBytes: endsOf(peakBytes) },
  };
}

function endsOf({ low, high }: Interval): Interval {
  return { low, high };
}
