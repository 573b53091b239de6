import { rmSync } from 'node:fs';
import { admitNow } from '#commands/admit.ts';
import { newExecutionId, prepareRun } from '#commands/prepare-run.ts';
import type { PreparedRun } from '#loop/run-execution.ts';
import { ALLOCATION_KEYS } from '#model/allocation.ts';
import { DEFAULT_PRIORITY } from '#model/claim.ts';
import { describe, LimberError, type ErrorCode } from '#model/errors.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import { forgetAccepted, keepAccepted, makeFolders } from './accepted.ts';
import { carryOut, type Adopted, type Surroundings, type ToCarryOut } from './carry-out.ts';
import type { LiveRun } from './live-run.ts';
import { pathsOf, type ExecutionPaths } from './paths.ts';
import { Queue } from './queue.ts';
import type { ExecutionRequest } from './request.ts';
import { launchSettingsOf, runRequestOf } from './run-request.ts';
import { resolveScaling } from './scaling.ts';
import { newEvent } from './tell.ts';

/** Room may also become free in other processes, which tell nobody. */
const LOOK_AGAIN_MS = 250;

/** Others have what it needs: it waits. */
const FULL = new Set<ErrorCode>(['capacity-exhausted', 'tenant-quota-exceeded']);

export type Submitted = {
  readonly tenant: string;
  readonly request: ExecutionRequest;
  /** What is remembered of the request: no values of its environment. */
  readonly remembered: unknown;
  readonly idempotency?: { readonly key: string; readonly digest: string };
};

/**
 * All executions of this server: from being accepted over waiting and running to their one outcome.
 * Nobody else starts or ends any. Lifecycle: (adopt) → (submit, cancel …)* → drain or stop.
 */
export class Executions {
  readonly #around: Surroundings;
  readonly #queue: Queue;
  readonly #prepared = new Map<string, { readonly run: PreparedRun; readonly tenant: string }>();
  readonly #live = new Map<string, LiveRun>();
  /** Settled when nothing is left of what each used. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #submitting = new Map<string, Promise<ServiceExecution>>();
  #lookAgain: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#queue = new Queue(around.engine.config.serve.maxQueued);
  }

  get counts() {
    return { running: this.#live.size, queued: this.#queue.size };
  }

  live(id: string): LiveRun | undefined {
    return this.#live.get(id);
  }

  paths(id: string): ExecutionPaths {
    return pathsOf(this.#around.engine.paths, id);
  }

  /** Accepts it, or throws what is wrong with it; `isNew` is false for a request that came before. */
  async submit(submitted: Submitted): Promise<{ execution: ServiceExecution; isNew: boolean }> {
    const { tenant, idempotency } = submitted;
    if (!idempotency) return { execution: await this.#accept(submitted), isNew: true };
    const name = `${tenant}\0${idempotency.key}`;
    const before =
      (await this.#submitting.get(name)?.catch(() => undefined)) ??
      this.#around.store.findByKey(tenant, idempotency.key);
    if (before) return { execution: sameRequest(before, idempotency), isNew: false };
    const accepting = this.#accept(submitted).finally(() => this.#submitting.delete(name));
    this.#submitting.set(name, accepting);
    return { execution: await accepting, isNew: true };
  }

  /** Ends what waits or runs; what has ended stays as it is. */
  cancel(execution: ServiceExecution): void {
    const { id } = execution;
    const live = this.#live.get(id);
    if (live) {
      live.cancelled = true;
      live.running?.endings.end('cancelled', 'ask');
    } else if (this.#queue.remove(id)) this.#leaveQueue(execution, 'cancelled by request');
  }

  /** Forgets one that has ended, with its files and its output. */
  async remove({ id, state }: ServiceExecution): Promise<void> {
    if (state !== 'ended') throw new LimberError('not-ended', { id, state });
    await this.#ending.get(id);
    const { engine, store } = this.#around;
    store.remove(id);
    engine.store.remove(id);
    rmSync(this.paths(id).folder, { recursive: true, force: true });
  }

  /** What ended longer ago than results are kept. */
  async forgetOld(nowMs: number): Promise<void> {
    const { engine, store } = this.#around;
    for (const id of store.endedBefore(nowMs - engine.config.serve.keepMs)) {
      const execution = store.find(id);
      if (execution) await this.remove(execution);
    }
  }

  /** Goes on with one that a former server accepted and never started. */
  async requeue(execution: ServiceExecution, request: ExecutionRequest): Promise<void> {
    const run = await this.#prepare(execution, request);
    this.#enqueue(execution, run);
  }

  /** Goes on with one that runs already. */
  adopt(live: LiveRun, adopted: Adopted): void {
    this.#carryOut({ live, paths: this.paths(live.id), ...adopted });
  }

  /** No more is started; resolves when what runs has ended and been recorded. */
  async drain(): Promise<void> {
    this.#closing = true;
    while (this.#ending.size > 0 || this.#queue.size > 0) {
      this.#pump();
      await Promise.race([
        ...this.#ending.values(),
        new Promise((done) => setTimeout(done, LOOK_AGAIN_MS)),
      ]);
    }
    this.stop();
  }

  /** Starts nothing any more; what runs goes on without this process. */
  stop(): void {
    this.#closing = true;
    clearTimeout(this.#lookAgain);
  }

  get isClosing(): boolean {
    return this.#closing;
  }

  async #accept({ tenant, request, remembered, idempotency }: Submitted) {
    if (this.#closing) throw new LimberError('draining');
    const { engine, store, bus } = this.#around;
    const id = newExecutionId();
    const paths = this.paths(id);
    const execution = { id, tenant, createdAtMs: Date.now() };
    this.#refuseWhenFull(request);
    try {
      makeFolders(paths, engine.store.logFolder(id), request);
      const run = await this.#prepare(execution, request);
      this.#makeRoom(run);
      keepAccepted(paths, request);
      bus.begin(
        {
          ...execution,
          request: remembered,
          labels: request.labels,
          scaling: request.scaling,
          ...(idempotency && {
            idempotencyKey: idempotency.key,
            idempotencyDigest: idempotency.digest,
          }),
        },
        [newEvent(execution, 'state', { state: 'queued' })],
      );
      this.#enqueue(execution, run);
    } catch (error) {
      rmSync(paths.folder, { recursive: true, force: true });
      rmSync(engine.store.logFolder(id), { force: true });
      forgetAccepted(paths);
      throw error;
    }
    return store.find(id)!;
  }

  async #prepare(
    { id, tenant }: Pick<ServiceExecution, 'id' | 'tenant'>,
    request: ExecutionRequest,
  ): Promise<PreparedRun> {
    const { engine, store } = this.#around;
    const paths = this.paths(id);
    const { policy, settings, scaling } = resolveScaling(
      store,
      engine.config,
      tenant,
      request.scaling,
    );
    const runRequest = runRequestOf({ ...request, scaling }, { paths, tenant, policy });
    const launch = launchSettingsOf(request, { id, paths });
    const run = await prepareRun(engine, runRequest, {
      ...launch,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
      settings,
    });
    refuseWhatNeverFits(engine.capacity, run);
    return run;
  }

  #refuseWhenFull({ scaling }: ExecutionRequest): void {
    const priority = scaling.priority ?? DEFAULT_PRIORITY;
    if (this.#queue.isFull && !this.#queue.givesWayTo(priority))
      throw new LimberError('overloaded', { waiting: this.#queue.size });
  }

  /** The lowest and latest gives its place to one of higher priority. */
  #makeRoom(run: PreparedRun): void {
    if (!this.#queue.isFull) return;
    const last = this.#queue.givesWayTo(run.submission.constraints.priority);
    if (!last) throw new LimberError('overloaded', { waiting: this.#queue.size });
    this.#queue.remove(last.id);
    const execution = this.#around.store.find(last.id);
    if (execution) this.#leaveQueue(execution, describe('shed'));
  }

  #leaveQueue(execution: ServiceExecution, text: string): void {
    const { id } = execution;
    this.#prepared.delete(id);
    // While it was first, others may have been asked to give way to it.
    this.#around.engine.ledger.release(id);
    forgetAccepted(this.paths(id));
    const ending = { atMs: Date.now(), outcome: 'cancelled' as const, result: { text } };
    const body = { state: 'ended', outcome: 'cancelled', text };
    this.#around.bus.end(id, ending, newEvent(execution, 'state', body));
  }

  #enqueue({ id, tenant }: Pick<ServiceExecution, 'id' | 'tenant'>, run: PreparedRun): void {
    this.#prepared.set(id, { run, tenant });
    this.#queue.offer({ id, priority: run.submission.constraints.priority });
    this.#pump();
  }

  /** Starts who is first while there is room for it; nobody overtakes. */
  #pump(): void {
    clearTimeout(this.#lookAgain);
    for (;;) {
      const first = this.#queue.first();
      if (!first || this.#live.size >= this.#around.engine.config.serve.maxRunning) return;
      const { run, tenant } = this.#prepared.get(first.id)!;
      const prepared = this.#tryAdmit(run);
      if (!prepared) {
        this.#lookAgain = setTimeout(() => this.#pump(), LOOK_AGAIN_MS);
        return;
      }
      this.#queue.remove(first.id);
      this.#prepared.delete(first.id);
      const live: LiveRun = { id: first.id, tenant, run: prepared, cancelled: false };
      this.#carryOut({ live, paths: this.paths(first.id), prepared });
    }
  }

  #tryAdmit(run: PreparedRun): PreparedRun | undefined {
    try {
      return admitNow(this.#around.engine, run);
    } catch (error) {
      if (error instanceof LimberError && FULL.has(error.code)) return undefined;
      throw error;
    }
  }

  #carryOut(work: ToCarryOut): void {
    const { id } = work.live;
    this.#live.set(id, work.live);
    const ending = carryOut(this.#around, work)
      .catch((error: unknown) => this.#around.warn(String(error), id))
      .finally(() => {
        this.#live.delete(id);
        this.#ending.delete(id);
        this.#pump();
      });
    this.#ending.set(id, ending);
  }
}

function sameRequest(
  before: ServiceExecution,
  { key, digest }: NonNullable<Submitted['idempotency']>,
): ServiceExecution {
  if (before.idempotencyDigest === digest) return before;
  throw new LimberError('key-reused', { key });
}

/** It would wait for ever, and everybody behind it. */
function refuseWhatNeverFits(
  capacity: PreparedRun['ceiling'],
  { submission, spec }: PreparedRun,
): void {
  const { constraints, policy } = submission;
  const needed = policy === 'static' ? spec.initial : constraints.min;
  const key = ALLOCATION_KEYS.find((name) => needed[name] > capacity[name]);
  if (key === undefined || constraints.mode !== 'auto' || policy === 'unlimited') return;
  throw new LimberError('never-fits', { key, needed: needed[key], capacity: capacity[key] });
}
