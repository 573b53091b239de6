import { rmSync } from 'node:fs';
import { admitNow } from '#commands/admit.ts';
import type { PreparedRun } from '#loop/run-execution.ts';
import { DEFAULT_PRIORITY } from '#model/claim.ts';
import { describe, LimberError, type ErrorCode } from '#model/errors.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import { hasRoom, mustHaveRoom, type Room } from '../disk/room.ts';
import { acceptExecution, prepareOnly, type Accepting, type Submitted } from './accept.ts';
import { forgetAccepted } from './accepted.ts';
import { carryOut, type Adopted, type ToCarryOut } from './carry-out.ts';
import { foresee, type Foreseen } from './foresee.ts';
import { newLiveRun, type LiveRun } from './live-run.ts';
import { Once, type Accepted } from './once.ts';
import type { ToldBytes } from './output-watch.ts';
import { pathsOf, type ExecutionPaths } from './paths.ts';
import { prepareExecution } from './prepare.ts';
import type { ExecutionRequest } from './request.ts';
import { secondAttempt } from './run-again.ts';
import { endWithoutSummary } from './tell.ts';
import { Waiting, type WaitingRun } from './waiting.ts';

/** Room may also become free in other processes, which tell nobody. */
const LOOK_AGAIN_MS = 250;

/** Others have what it needs: it waits. */
const FULL = new Set<ErrorCode>(['capacity-exhausted', 'tenant-quota-exceeded']);

/**
 * All executions of this server: from being accepted over waiting and running to their one outcome.
 * Nobody else starts or ends any. Lifecycle: (adopt) → (submit, cancel …)* → drain or stop.
 */
export class Executions {
  readonly #around: Accepting;
  readonly #waiting: Waiting;
  readonly #live = new Map<string, LiveRun>();
  /** Settled when nothing is left of what each used. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #once: Once;
  /** When each ended, by a clock that nobody sets. */
  readonly #endedMs = new Map<string, number>();
  #lookAgain: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(around: Accepting) {
    this.#around = around;
    this.#waiting = new Waiting(around.engine.config.serve.maxQueued);
    this.#once = new Once(around.store);
  }

  get counts() {
    return { running: this.#live.size, queued: this.#waiting.size };
  }

  /** All that run now. */
  get running(): Iterable<LiveRun> {
    return this.#live.values();
  }

  live(id: string): LiveRun | undefined {
    return this.#live.get(id);
  }

  /** What must be free on the disk for anything new. */
  get room(): Room {
    const { config, paths } = this.#around.engine;
    return { folder: paths.home, leastBytes: config.serve.minFreeBytes };
  }

  /** One that waits, as it is prepared now. */
  waiting(id: string): WaitingRun | undefined {
    return this.#waiting.find(id);
  }

  /** One that waits, prepared anew; false when it does not wait any more. */
  changeWaiting(waiting: WaitingRun): boolean {
    if (!this.#waiting.find(waiting.run.id)) return false;
    this.#waiting.change(waiting);
    this.#pump();
    return true;
  }

  paths(id: string): ExecutionPaths {
    return pathsOf(this.#around.engine.paths, id);
  }

  /** Accepts it, or throws what is wrong with it; `isNew` is false for a request that came before. */
  async submit(submitted: Submitted): Promise<Accepted> {
    const { tenant, idempotency } = submitted;
    if (!idempotency) return { execution: await this.#accept(submitted), isNew: true };
    return this.#once.carryOut(tenant, idempotency, () => this.#accept(submitted));
  }

  /** What `submit` would do with it now; throws what it would throw, and changes nothing. */
  async foresee(submitted: Pick<Submitted, 'tenant' | 'request'>): Promise<Foreseen> {
    this.#mustTake(submitted);
    const run = await prepareOnly(this.#around, submitted);
    return foresee(this.#around, run, {
      ahead: this.#waiting.ahead(run.submission.constraints.priority),
      running: this.#live.size,
    });
  }

  /** Ends what waits or runs; what has ended stays as it is. */
  cancel(execution: ServiceExecution): void {
    const { id } = execution;
    const live = this.#live.get(id);
    if (live) {
      live.cancelled = true;
      live.running?.endings.end('cancelled', 'ask');
    } else if (this.#waiting.remove(id)) this.#leaveQueue(execution, 'cancelled by request');
  }

  /** Forgets one that has ended, with its files and its output. */
  async remove({ id, state }: ServiceExecution): Promise<void> {
    if (state !== 'ended') throw new LimberError('not-ended', { id, state });
    await this.#ending.get(id);
    const { engine, store } = this.#around;
    // First what frees the most: on a full disk nothing could be written about it.
    rmSync(this.paths(id).folder, { recursive: true, force: true });
    store.remove(id);
    engine.store.remove(id);
    this.#endedMs.delete(id);
  }

  /** What ended longer ago than results are kept. */
  async forgetOld(nowMs: number): Promise<void> {
    const { engine, store } = this.#around;
    const { keepMs } = engine.config.serve;
    for (const id of store.endedBefore(nowMs - keepMs)) {
      const execution = store.find(id);
      // The clock may have been set: what ended while this server ran is kept for the whole time.
      const keptMs = performance.now() - (this.#endedMs.get(id) ?? Number.NEGATIVE_INFINITY);
      if (execution && keptMs >= keepMs) await this.remove(execution);
    }
  }

  /** Goes on with one that a former server accepted and never started, or whose pod is lost. */
  async requeue(
    execution: ServiceExecution,
    request: ExecutionRequest,
    lost?: { readonly problem: string; readonly toldBytes: ToldBytes },
  ): Promise<void> {
    const run = await prepareExecution(this.#around, execution, request);
    const { tenant } = execution;
    if (!lost) return this.#enqueue({ run, tenant });
    const { problem, toldBytes } = lost;
    this.#enqueue({ run: secondAttempt(run, problem), tenant, toldBytes });
  }

  /** Goes on with one that runs already. */
  adopt(live: LiveRun, adopted: Adopted): void {
    this.#carryOut({ live, paths: this.paths(live.id), ...adopted });
  }

  /** No more is started; resolves when what runs has ended and been recorded. */
  async drain(): Promise<void> {
    this.#closing = true;
    while (this.#ending.size > 0 || this.#waiting.size > 0) {
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

  async #accept(submitted: Submitted): Promise<ServiceExecution> {
    this.#mustTake(submitted);
    const { execution, run } = await acceptExecution(this.#around, submitted, (prepared) =>
      this.#makeRoom(prepared),
    );
    this.#enqueue({ run, tenant: execution.tenant });
    return this.#around.store.find(execution.id)!;
  }

  #mustTake({ request }: Pick<Submitted, 'request'>): void {
    if (this.#closing) throw new LimberError('draining');
    mustHaveRoom(this.room);
    this.#waiting.mustTake(request.scaling.priority ?? DEFAULT_PRIORITY);
  }

  /** The lowest and latest gives its place to one of higher priority. */
  #makeRoom({ submission }: PreparedRun): void {
    const id = this.#waiting.makeRoomFor(submission.constraints.priority);
    const execution = id === undefined ? undefined : this.#around.store.find(id);
    if (execution) this.#leaveQueue(execution, describe('shed'));
  }

  #leaveQueue(execution: ServiceExecution, text: string): void {
    const { id } = execution;
    // While it was first, others may have been asked to give way to it.
    this.#around.engine.ledger.release(id);
    forgetAccepted(this.paths(id));
    void endWithoutSummary(this.#around.bus, execution, { outcome: 'cancelled', text });
  }

  #enqueue(waiting: WaitingRun): void {
    this.#waiting.add(waiting);
    this.#pump();
  }

  /** Starts who is first while there is room for it; nobody overtakes. */
  #pump(): void {
    clearTimeout(this.#lookAgain);
    for (;;) {
      const first = this.#waiting.first();
      if (!first || this.#live.size >= this.#around.engine.config.serve.maxRunning) return;
      if (!hasRoom(this.room)) return this.#lookLater();
      const { tenant, toldBytes } = first;
      const { id } = first.run;
      const prepared = this.#tryAdmit(first.run);
      if (!prepared) return this.#lookLater();
      this.#waiting.remove(id);
      const live = newLiveRun({ id, tenant, run: prepared });
      const paths = this.paths(id);
      this.#carryOut({ live, paths, prepared, ...(toldBytes && { toldBytes }) });
    }
  }

  #lookLater(): void {
    this.#lookAgain = setTimeout(() => this.#pump(), LOOK_AGAIN_MS);
  }

  #tryAdmit(run: PreparedRun): PreparedRun | undefined {
    const { engine, warm } = this.#around;
    try {
      return admitNow(engine, run);
    } catch (error) {
      if (!(error instanceof LimberError && FULL.has(error.code))) throw error;
      // What was only made in advance goes before anybody waits.
      return warm.giveUp() ? this.#tryAdmit(run) : undefined;
    }
  }

  #carryOut(work: ToCarryOut): void {
    const { id } = work.live;
    this.#live.set(id, work.live);
    const ending = carryOut(this.#around, work)
      .catch((error: unknown) => this.#around.warn(String(error), id))
      .finally(() => {
        this.#live.delete(id);
        this.#endedMs.set(id, performance.now());
        this.#ending.delete(id);
        this.#pump();
      });
    this.#ending.set(id, ending);
  }
}
