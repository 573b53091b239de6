import type { Writable } from 'node:stream';
import type { Allocation } from '#model/allocation.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { RunObserver } from '#model/events.ts';
import type { Note, Submission } from '#model/execution.ts';
import type { Exit, Instance, OutputStreams } from '#model/instance.ts';
import type { KnownInput } from '#model/known-input.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { PlaceHistory, PlaceVisits } from '#model/phase.ts';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';
import type { LiveSettings } from '#decide/live-settings.ts';
import type { Policy } from '#decide/policy.ts';
import type { Runtime } from '#runtimes/types.ts';
import type { Controller } from './controller.ts';
import { watchDisk } from './disk-watch.ts';
import { watchLimits } from './limits-watch.ts';
import { createEndings, type Endings } from './endings.ts';
import type { Account } from './account.ts';
import { openJournal, type Journal, type JournalPast } from './journal.ts';
import { finite, type Managed } from './managed.ts';
import { endedAtMaximum, note, notesAfter } from './notes.ts';
import { classify } from './outcome.ts';
import { passOutput, type OutputStream } from './output.ts';
import { summarize } from './summarize.ts';

/** One run, made ready by the stages before the launch. */
export type PreparedRun = {
  readonly id: string;
  readonly submission: Submission;
  readonly profile: ComplexityProfile;
  /** What the places of this code cost in past runs. */
  readonly places: readonly PlaceHistory[];
  /** What is known of its input before it starts. */
  readonly knownInput: KnownInput;
  readonly spec: LaunchSpec;
  /** What it is accounted from; `spec.initial` but where nothing is enforced of it. */
  readonly initial: Allocation;
  readonly policy: Policy;
  /** What that policy goes by, and what of it can be changed. */
  readonly settings: LiveSettings;
  readonly initialReasons: readonly string[];
  /** What unlimited quantities are accounted as: the node's capacity. */
  readonly ceiling: Allocation;
  readonly analyzeSeconds: number;
  readonly notes: readonly Note[];
};

/** What is left to do once it has been launched. */
export type WatchedRun = Omit<PreparedRun, 'spec'>;

export type RunContext = {
  readonly runtime: Runtime;
  readonly controller: Controller;
  readonly observer: RunObserver;
  readonly sinks: Readonly<Record<OutputStream, Writable>>;
  readonly log: (stream: OutputStream, chunk: Buffer) => void;
  /** The program and all of its output are there; its outcome is not decided yet. */
  readonly onExited?: () => void;
  /** Called before the instance is released: until then another controller could still see its end. */
  readonly onCompleted?: (completed: CompletedRun) => Promise<void> | void;
  /** Hands out the running instance, so that signals can reach it. */
  readonly onRunning: (instance: Instance, endings: Endings, managed: Managed) => void;
};

export type CompletedRun = {
  readonly summary: RunSummary;
  readonly timeline: readonly TimelinePoint[];
  /** Where in the code it was. */
  readonly places: readonly PlaceVisits[];
  readonly exit: Exit;
};

/** What an instance that runs was started as: by this controller, or by one that it succeeds. */
export type StartedRun = {
  readonly instance: Instance;
  readonly output: OutputStreams;
  /** On this process's clock, in the past where another process started it. */
  readonly startedMs: number;
  readonly launchSeconds: number;
  readonly past?: Past;
};

/** What an earlier controller recorded of a run before it was gone. */
export type Past = JournalPast & { readonly account: Account };

type Running = StartedRun & {
  readonly run: WatchedRun;
  readonly journal: Journal;
  readonly endings: Endings;
  readonly managed: Managed;
};

/** launch → (the loop's ticks) → end → account for it. Everything the instance used is released. */
export async function runExecution(run: PreparedRun, context: RunContext): Promise<CompletedRun> {
  const launchedMs = performance.now();
  const launched = await context.runtime.launch(run.spec);
  const startedMs = performance.now();
  const launchSeconds = (startedMs - launchedMs) / 1000;
  context.observer({
    kind: 'launched',
    execution: run.id,
    initial: finite(run.initial, run.ceiling),
    initialReasons: run.initialReasons,
    enforcement: launched.instance.enforcement,
  });
  return superviseExecution(run, { ...launched, startedMs, launchSeconds }, context);
}

/** The same from when the program runs: also for one that was adopted. */
export async function superviseExecution(
  run: WatchedRun,
  started: StartedRun,
  context: RunContext,
): Promise<CompletedRun> {
  const { instance, output, startedMs } = started;
  const running = watch(run, started, context);
  context.onRunning(instance, running.endings, running.managed);
  const stopWatchingDisk = watchDisk(instance.writableFolders ?? [], (full) => {
    running.journal.note(note('disk-exhausted', full));
    running.endings.end('disk-exhausted', 'kill');
  });
  const stopWatchingLimits = watchLimits(instance, () => {
    running.journal.note(note('limits-lost', {}));
    running.endings.end('limits-lost', 'kill');
  });
  try {
    const passed = passOutput({
      streams: output,
      sinks: context.sinks,
      log: context.log,
      maxBytes: run.submission.maxOutputBytes,
      exited: instance.exited,
      onExceeded: () => running.endings.end('output-exceeded', 'kill'),
    });
    const exit = await instance.exited;
    const wallSeconds = (performance.now() - startedMs) / 1000;
    context.controller.remove(running.managed);
    await passed;
    context.onExited?.();
    const completed = conclude(running, exit, wallSeconds, context.observer);
    await context.onCompleted?.(completed);
    return completed;
  } finally {
    stopWatchingDisk();
    stopWatchingLimits();
    running.endings.close();
    context.controller.remove(running.managed);
    await instance.release();
  }
}

/** Puts the instance under the loop. */
function watch(run: WatchedRun, started: StartedRun, context: RunContext): Running {
  const { instance, past, startedMs } = started;
  const journal = openJournal(context.observer, past);
  const endings = createEndings(instance, timeLeft(run, startedMs));
  if (!past) [...run.notes, ...(instance.notes ?? [])].forEach(journal.note);
  const managed = context.controller.add({
    instance,
    policy: run.policy,
    trend: run.settings.policy.predictive,
    // One that was adopted has been resized since.
    initial: past ? instance.allocation() : run.initial,
    constraints: run.submission.constraints,
    profile: run.profile,
    places: run.places,
    looksOutside: run.submission.probe !== 'off',
    knownInput: run.knownInput,
    ceiling: run.ceiling,
    ...(past && { startedMs, account: past.account }),
    events: {
      onPoint: journal.point,
      onDecision: journal.decision,
      onNote: journal.note,
      onMemoryExhausted: (why) => endings.end(why, 'kill'),
      onFault(error) {
        journal.note(note('internal', { problem: String(error) }));
        endings.end('cancelled', 'kill');
      },
    },
  });
  instance.publish('starting');
  return { ...started, run, journal, endings, managed };
}

/** The timeout counts from the launch, whoever watches. */
function timeLeft({ submission }: WatchedRun, startedMs: number) {
  const { timeoutMs, graceMs } = submission;
  if (timeoutMs === undefined) return { graceMs };
  return { graceMs, timeoutMs: Math.max(1, startedMs + timeoutMs - performance.now()) };
}

function conclude(
  running: Running,
  ended: Exit,
  wallSeconds: number,
  observer: RunObserver,
): CompletedRun {
  const { run, journal, managed, endings } = running;
  const exit = { ...ended, memoryExhausted: ended.memoryExhausted || endedAtMaximum(managed) };
  const { outcome, exitCode } = classify(exit, endings.ending(), endings.interrupted());
  const ending = outcome === 'memory-exhausted' ? outcome : endings.ending();
  notesAfter({ ...run, exit, endings, managed, ending }).forEach(journal.note);
  const summary = summarize({
    ...run,
    ...journal,
    execution: run.id,
    initial: finite(run.initial, run.ceiling),
    outcome,
    exitCode,
    exit,
    managed,
    wallSeconds,
    launchSeconds: running.launchSeconds,
  });
  const { live, input } = managed;
  live.lookahead.places.end(input.sample, input.sample.atMs);
  const places = live.lookahead.places.visits();
  observer({ kind: 'ended', summary, timeline: journal.timeline });
  return { summary, timeline: journal.timeline, places, exit };
}
