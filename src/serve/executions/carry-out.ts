import { Writable } from 'node:stream';
import { openRecording } from '#commands/recording.ts';
import type { Engine } from '#commands/engine.ts';
import {
  runExecution,
  superviseExecution,
  type PreparedRun,
  type RunContext,
  type StartedRun,
} from '#loop/run-execution.ts';
import type { RunEvent } from '#model/events.ts';
import type { ServiceStore } from '#record/service/service-store.ts';
import type { EventBus } from '../events/bus.ts';
import type { WarmPool } from '../warm/pool.ts';
import { forgetAccepted, keepPrepared } from './accepted.ts';
import type { LiveRun } from './live-run.ts';
import { sizeOf, watchOutput, type OutputWatch, type ToldBytes } from './output-watch.ts';
import type { ExecutionPaths } from './paths.ts';
import { attemptOf, mayRunAgain, preparedAgain, type Lost } from './run-again.ts';
import { endedBody, endWithoutSummary, newEvent, tellRun } from './tell.ts';

/** What happened is in the store this soon: a server may be killed at any moment. */
const FLUSH_EVERY_MS = 50;

export type Surroundings = {
  readonly engine: Engine;
  readonly store: ServiceStore;
  readonly bus: EventBus;
  readonly warm: Pick<WarmPool, 'giveUp' | 'heldBytes'>;
  readonly warn: (problem: string, id: string) => void;
};

export type ToCarryOut = {
  readonly live: LiveRun;
  readonly paths: ExecutionPaths;
} & (Prepared | Adopted);

/** Still to be launched; `toldBytes` are of a first attempt whose output is there already. */
type Prepared = {
  readonly prepared: PreparedRun;
  readonly toldBytes?: ToldBytes;
};

/** It runs already; `toldBytes` of its output were told before. */
export type Adopted = {
  readonly started: StartedRun;
  readonly toldBytes: ToldBytes;
  /** Prepared anew; undefined when it had its second attempt, or what was asked for is not known any more. */
  readonly asAsked: Lost['asAsked'];
};

/** launch, or adopt → loop → its one outcome → release. Resolves when nothing of it is left. */
export async function carryOut(around: Surroundings, work: ToCarryOut): Promise<void> {
  try {
    await record(around, work);
  } catch (error) {
    await failed(around, work.live, error);
  } finally {
    forgetAccepted(work.paths);
  }
}

async function record(around: Surroundings, work: ToCarryOut): Promise<void> {
  const recording = openRecording(around.engine, recordable(work), {
    warn: (problem) => around.warn(problem, work.live.id),
    keepsOutput: false,
    flushEveryMs: FLUSH_EVERY_MS,
  });
  try {
    await run(around, work, recording);
  } catch (error) {
    recording.abandon(error);
    throw error;
  } finally {
    recording.close();
  }
}

async function run(
  around: Surroundings,
  work: ToCarryOut,
  recording: ReturnType<typeof openRecording>,
): Promise<void> {
  const { engine, bus } = around;
  const { live, paths } = work;
  let output: OutputWatch | undefined;
  let again: PreparedRun | undefined;
  const tell = tellRun(bus, live);
  const observer = (event: RunEvent): void => {
    recording.observe(event);
    if (event.kind === 'launched') launched(around, work, event);
    if (event.kind === 'sampled') live.outlooks.observe(event.point);
    tell(event);
  };
  const context: RunContext = {
    runtime: engine.runtime,
    controller: engine.controller,
    observer,
    sinks: { stdout: nowhere(), stderr: nowhere() },
    log: () => {},
    onRunning(instance, endings, managed) {
      live.running = { instance, endings, managed };
      output = watchOutput({
        paths,
        from: work.toldBytes ?? { stdout: 0, stderr: 0 },
        maxBytes: live.run.submission.maxOutputBytes,
        onRange: (range) => bus.publish(newEvent(live, 'output', range)),
        onExceeded: () => endings.end('output-exceeded', 'kill'),
      });
      if (live.cancelled) endings.end('cancelled', 'ask');
    },
    onExited: () => output?.look(),
    async onCompleted(completed) {
      const asAsked = 'prepared' in work ? () => work.prepared : work.asAsked;
      again = await preparedAgain(engine, { live, asAsked }, completed);
      if (again) return;
      recording.finish(completed);
      await end(around, live, completed.summary);
    },
  };
  try {
    if ('prepared' in work) {
      keepPrepared(paths, work.prepared);
      await runExecution(work.prepared, context);
    } else await superviseExecution(live.run, work.started, context);
  } finally {
    output?.close();
  }
  if (!again) return;
  const toldBytes = { stdout: sizeOf(paths.stdout), stderr: sizeOf(paths.stderr) };
  await run(around, { live, paths, prepared: again, toldBytes }, recording);
}

function recordable(work: ToCarryOut) {
  return 'prepared' in work ? work.prepared : work.live.run;
}

function launched(
  { store, bus, warn }: Surroundings,
  work: ToCarryOut,
  event: RunEvent & { readonly kind: 'launched' },
): void {
  const { live, paths } = work;
  const attempt = 'prepared' in work ? attemptOf(work.prepared) : 1;
  try {
    store.markRunning(live.id, Date.now());
  } catch (error) {
    // It runs all the same, and its outcome is what counts.
    warn(String(error), live.id);
  }
  // A later server may have to run it once more.
  if (attempt > 1 || !mayRunAgain(live.run)) forgetAccepted(paths);
  const { initial, initialReasons } = event;
  const told = { state: 'running', initial, initialReasons, ...(attempt > 1 && { attempt }) };
  bus.publish(newEvent(live, 'state', told));
}

function end(
  { bus }: Surroundings,
  live: LiveRun,
  summary: Parameters<typeof endedBody>[0],
): Promise<void> {
  const ending = { atMs: Date.now(), outcome: summary.outcome, result: { summary } };
  return bus.end(live.id, ending, newEvent(live, 'state', endedBody(summary)));
}

/** It never ran, or Limber itself failed at it; an outcome that it has already stays. */
function failed({ bus, warn }: Surroundings, live: LiveRun, error: unknown): Promise<void> {
  const text = error instanceof Error ? error.message : String(error);
  warn(text, live.id);
  return endWithoutSummary(bus, live, { outcome: 'failed', text });
}

/** The output is kept by the instance itself. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
