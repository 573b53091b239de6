import { readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountOf } from '#loop/account.ts';
import type { PreparedRun, StartedRun, WatchedRun } from '#loop/run-execution.ts';
import { openPolicy } from '#commands/open-policy.ts';
import { LiveSettings } from '#decide/live-settings.ts';
import { mapAllocation } from '#model/allocation.ts';
import { claimantOf } from '#model/constraints.ts';
import type { Decision } from '#model/decision.ts';
import { describe } from '#model/errors.ts';
import type { Instance } from '#model/instance.ts';
import { restoreFolder } from '#runtimes/process/warm/work-folder.ts';
import { ownController } from '#record/controller-process.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import {
  forgetAccepted,
  monotonicMs,
  readAccepted,
  readPrepared,
  type KeptRun,
} from './accepted.ts';
import type { Surroundings } from './carry-out.ts';
import type { Executions } from './executions.ts';
import { newLiveRun } from './live-run.ts';
import type { OutputRange, ToldBytes } from './output-watch.ts';
import { executionsFolder } from './paths.ts';
import { prepareExecution } from './prepare.ts';
import { constraintsWith, resolveScaling } from './scaling.ts';
import type { Scaling } from './request.ts';
import { endWithoutSummary, newEvent } from './tell.ts';

const MOST_UNENDED = 100_000;
const NOTHING = mapAllocation(() => 0);
/** A sandbox that was being made when its server was killed is there within this time, or never. */
const MAKING_MS = 2_000;
const LOOK_MS = 20;

/**
 * Goes on with everything that a former server had not ended: what runs is adopted, what waited
 * waits again, and of what is gone without a trace that is said.
 */
export async function takeOver(around: Surroundings, executions: Executions): Promise<void> {
  const { engine, store } = around;
  forgetUnaccepted(around, executions);
  const orphans = new Set((await engine.runtime.orphans()).map(({ id }) => id));
  for (const id of orphans) {
    // It has its outcome; only what it used is still there. One of another home is not ours.
    if (store.find(id)?.state === 'ended') await engine.runtime.discard(id);
  }
  const unended = [
    ...store.list({ state: 'running', limit: MOST_UNENDED }),
    ...store.list({ state: 'queued', limit: MOST_UNENDED }),
  ].toReversed();
  await Promise.all(
    unended.map((execution) => goOn(around, executions, execution, orphans.has(execution.id))),
  );
}

/** A server was killed before it had accepted them: nobody was told that they exist. */
function forgetUnaccepted({ engine, store }: Surroundings, executions: Executions): void {
  for (const id of readdirSync(executionsFolder(engine.paths.home))) {
    if (store.find(id)) continue;
    const paths = executions.paths(id);
    rmSync(paths.folder, { recursive: true, force: true });
    rmSync(engine.store.logFolder(id), { recursive: true, force: true });
    forgetAccepted(paths);
  }
}

async function goOn(
  around: Surroundings,
  executions: Executions,
  execution: ServiceExecution,
  isOrphan: boolean,
): Promise<void> {
  try {
    if (isOrphan && (await adopt(around, executions, execution))) return;
    // A sandbox that had been made for it, and had not begun.
    await around.engine.runtime.discard(execution.id);
    restoreFolder(executions.paths(execution.id).work);
    const request = readAccepted(executions.paths(execution.id));
    const problem = describe('controller-lost', { id: execution.id });
    // What it was asked with is only there when it has not begun, or may begin once more.
    const lost = { problem, toldBytes: told(around, execution.id) };
    const hadBegun = execution.state === 'running';
    if (request) return await executions.requeue(execution, request, hadBegun ? lost : undefined);
    lose(around, execution, problem);
  } catch (error) {
    lose(around, execution, error instanceof Error ? error.message : String(error));
  }
}

/** False when it never came to run. */
async function adopt(
  around: Surroundings,
  executions: Executions,
  execution: ServiceExecution,
): Promise<boolean> {
  const { engine, bus } = around;
  const { id, tenant } = execution;
  const kept = readPrepared(executions.paths(id));
  const instance = kept && (await adoptInstance(around, id));
  if (!kept || !instance) {
    await engine.runtime.discard(id);
    return false;
  }
  holdWhatItHas(around, kept, instance);
  if (execution.state === 'queued') around.store.markRunning(id, kept.launchedAtMs);
  bus.publish(newEvent(execution, 'state', { state: 'running', adopted: true }));
  const constraints = constraintsWith(kept.submission.constraints, execution.scaling as Scaling);
  const submission = { ...kept.submission, constraints };
  const run = { ...kept, submission, ...(await policyOf(around, execution, submission)) };
  executions.adopt(newLiveRun({ id, tenant, run }), {
    started: startedRun(around, run, instance),
    toldBytes: told(around, id),
    asAsked: () => asAsked(around, executions, execution),
  });
  return true;
}

async function asAsked(
  around: Surroundings,
  executions: Executions,
  execution: ServiceExecution,
): Promise<PreparedRun | undefined> {
  const request = readAccepted(executions.paths(execution.id));
  return request && prepareExecution(around, execution, request);
}

async function adoptInstance({ engine }: Surroundings, id: string): Promise<Instance | undefined> {
  const endMs = performance.now() + MAKING_MS;
  for (;;) {
    const instance = await engine.runtime.adopt(id);
    if (instance || performance.now() > endMs) return instance;
    await sleep(LOOK_MS);
  }
}

/** As it was asked for, up to the last change. */
async function policyOf(
  { engine, store }: Surroundings,
  execution: ServiceExecution,
  submission: WatchedRun['submission'],
): Promise<Pick<WatchedRun, 'policy' | 'settings'>> {
  const asked = execution.scaling as Scaling;
  const { policy, settings: texts } = resolveScaling(store, engine.config, execution.tenant, asked);
  const settings = new LiveSettings(engine.config);
  settings.change(texts);
  return { settings, policy: await openPolicy({ ...submission, policy }, settings.policy) };
}

function startedRun(
  around: Surroundings,
  run: KeptRun & WatchedRun,
  instance: Instance,
): StartedRun {
  const { engine } = around;
  const { id } = run;
  const startedMs = performance.now() - sinceLaunchMs(run);
  const timeline = engine.store.timeline(id);
  return {
    instance,
    output: { stdout: null, stderr: null },
    startedMs,
    launchSeconds: 0,
    past: {
      timeline,
      decisions: engine.store.decisions(id) as Decision[],
      notes: engine.store.notes(id),
      account: accountOf(timeline, startedMs),
    },
  };
}

/** By a clock that nobody sets, and that all processes since the machine's start share. */
function sinceLaunchMs({ launchedMonotonicMs, launchedAtMs }: KeptRun): number {
  if (launchedMonotonicMs === undefined) return Date.now() - launchedAtMs;
  return monotonicMs() - launchedMonotonicMs;
}

/** The books forget a dead controller's instance when others need the room: then it holds too much. */
function holdWhatItHas(
  { engine }: Surroundings,
  { id, submission }: KeptRun,
  instance: Instance,
): void {
  if (submission.policy === 'unlimited' || submission.constraints.mode === 'observe') return;
  engine.ledger.admit(id, {
    ...ownController(),
    min: NOTHING,
    wanted: instance.allocation(),
    claimant: claimantOf(submission.constraints),
  });
}

/** Up to where its output was told: nothing is told twice, and nothing left out. */
function told({ store }: Surroundings, id: string): ToldBytes {
  const toldBytes = { stdout: 0, stderr: 0 };
  for (let after = 0; ;) {
    const page = store.eventsAfter(after, { execution: id }, 1_000);
    for (const { kind, body } of page) {
      if (kind !== 'output') continue;
      const { stream, toByte } = body as OutputRange;
      toldBytes[stream] = toByte;
    }
    if (page.length < 1_000) return toldBytes;
    after = page.at(-1)!.sequence;
  }
}

function lose({ bus, engine }: Surroundings, execution: ServiceExecution, text: string): void {
  const { id } = execution;
  engine.store.markLost(id, text);
  engine.ledger.release(id);
  void endWithoutSummary(bus, execution, { outcome: 'lost', text });
}
