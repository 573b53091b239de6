import type { Allocation } from '#model/allocation.ts';
import type { ResizeOutcome } from '#model/decision.ts';
import type { Client } from '../api/client.ts';
import { ApiFailure, hasStatus } from '../api/failure.ts';
import type { Pod } from '../api/types.ts';
import { observe, type Observed } from './observe.ts';
import { reservesMore, type Form, type Shape } from './shape.ts';

/** Of several patches within 70 ms only the first and the last reach a cgroup (docs/kubernetes.md). */
const BETWEEN_PATCHES_MS = 50;
const DEADLINE_MS = 30_000;
/** A patch that is not answered by then is sent again, well before the deadline. */
const ANSWER_MS = 5_000;
const FIRST_PATIENCE_MS = 1_000;
const LONGEST_PATIENCE_MS = 30_000;
const ENDED = 'the pod has ended';

type Waiting = {
  readonly startedMs: number;
  readonly settle: (outcome: ResizeOutcome) => void;
  /** Of the patch that carries it; undefined until that was answered. */
  generation?: number;
  refused?: string;
};

export type ResizerOptions = {
  readonly client: Client;
  readonly namespace: string;
  readonly pod: Pod;
  readonly container: string;
  readonly form: Form;
  readonly initial: Allocation;
  /** What the program holds and a margin: no limit goes below it. */
  readonly floorBytes: () => number;
};

/**
 * Resizes one container of a pod. At most one patch is on its way; what is asked for meanwhile goes
 * with the next one. What the node has no room for is not reserved, and asked for again later; limits
 * move all the same, because only requests need room. Every resize ends: applied, refused or failed.
 * Lifecycle: create → (resize, observe)* → close.
 */
export class Resizer {
  readonly #options: ResizerOptions;
  readonly #waiting: Waiting[] = [];
  #pod: Pod;
  /** What was asked for last, sent or not. */
  #shape: Shape;
  #isUnsent = false;
  #isSending = false;
  #isClosed = false;
  #sentMs = Number.NEGATIVE_INFINITY;
  #generation = 0;
  #refusedGeneration = -1;
  #patienceMs = FIRST_PATIENCE_MS;
  /** Nothing more is reserved before. */
  #hopelessUntilMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  readonly #deadlineTimer: NodeJS.Timeout;

  constructor(options: ResizerOptions) {
    this.#options = options;
    this.#pod = options.pod;
    this.#shape = options.form.shape(options.initial);
    this.#deadlineTimer = setInterval(() => this.#giveUpOld(), 1_000).unref();
  }

  /** What is in force, as the pod's status has it. */
  allocation(): Allocation {
    const { initial, form } = this.#options;
    const observed = this.#observed();
    if (!observed) return initial;
    return { ...initial, ...form.allocated(observed, this.#shape) };
  }

  /** What the container's memory is limited to now. */
  limitBytes(): number {
    return this.#observed()?.limits.memoryBytes ?? this.#shape.limits.memoryBytes;
  }

  resize(target: Allocation): Promise<ResizeOutcome> {
    const { form, floorBytes } = this.#options;
    this.#shape = form.shape(target, floorBytes());
    this.#isUnsent = true;
    return new Promise((settle) => {
      this.#waiting.push({ startedMs: performance.now(), settle });
      if (this.#isClosed) this.#fail(ENDED);
      else this.#sendSoon();
    });
  }

  /** The pod's newest state. */
  observe(pod: Pod): void {
    if (isOlder(pod, this.#pod)) return;
    this.#pod = pod;
    const state = this.#observed()?.state;
    if (state?.kind === 'refused') this.#refuse(state.why, state.message);
    else if (state?.kind === 'settled' && !this.#isUnsent && !this.#isSending) this.#settle();
  }

  /** The pod has ended: what was on its way has failed. */
  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#retryTimer);
    clearInterval(this.#deadlineTimer);
    this.#isClosed = true;
    this.#fail(ENDED);
  }

  #observed(): Observed | undefined {
    return observe(this.#pod, this.#options.container, this.#generation);
  }

  #sendSoon(): void {
    if (this.#isSending || this.#isClosed || this.#timer !== undefined) return;
    const waitMs = this.#sentMs + BETWEEN_PATCHES_MS - performance.now();
    if (waitMs <= 0) return void this.#send();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, waitMs);
  }

  async #send(): Promise<void> {
    const carried = this.#waiting.filter(({ generation }) => generation === undefined);
    const shape = this.#affordable(carried);
    this.#isUnsent = false;
    this.#isSending = true;
    this.#sentMs = performance.now();
    try {
      const pod = await this.#patch(shape);
      this.#generation = pod.metadata.generation ?? this.#generation;
      for (const one of carried) one.generation = this.#generation;
      this.#isSending = false;
      this.observe(pod);
    } catch (error) {
      this.#isSending = false;
      // Somebody else wrote meanwhile: the same again.
      if (hasStatus(error, 409)) this.#isUnsent = true;
      else {
        for (const one of carried) one.generation = this.#generation;
        this.#answerRefusal(error, shape);
      }
    }
    if (this.#isUnsent) this.#sendSoon();
  }

  /** While the node has no room, only what needs none. */
  #affordable(carried: readonly Waiting[]): Shape {
    const held = this.#observed()?.requests;
    if (!held || performance.now() >= this.#hopelessUntilMs || !reservesMore(this.#shape, held))
      return this.#shape;
    for (const one of carried) one.refused ??= 'the node has no room, and was asked a moment ago';
    return this.#options.form.affordable(this.#shape, held);
  }

  #patch(shape: Shape): Promise<Pod> {
    const { client, namespace, container, form } = this.#options;
    const { name } = this.#pod.metadata;
    return client.request<Pod>({
      verb: 'PATCH',
      path: `/api/v1/namespaces/${namespace}/pods/${name}/resize`,
      patch: 'strategic-merge',
      timeoutMs: ANSWER_MS,
      body: { spec: { containers: [{ name: container, resources: form.resources(shape) }] } },
    });
  }

  #answerRefusal(error: unknown, shape: Shape): void {
    const message = error instanceof Error ? error.message : String(error);
    const held = this.#observed()?.requests;
    // 403 NodeCapacity: more than the node has at all; a quota or a LimitRange answers 403, too.
    const isFull = hasStatus(error, 403) && held && reservesMore(shape, held);
    if (isFull) return this.#holdBack(this.#reasonOf(error) ?? message);
    if (error instanceof ApiFailure) return this.#finish('refused', message);
    this.#fail(message);
  }

  #reasonOf({ status }: ApiFailure): string | undefined {
    const isCapacity = status.details?.causes?.some(({ reason }) => reason === 'NodeCapacity');
    return isCapacity ? `more than the node has (${status.message})` : undefined;
  }

  /** Said by the kubelet, once for each generation. */
  #refuse(why: 'Deferred' | 'Infeasible' | 'Error', message: string): void {
    if (this.#refusedGeneration >= this.#generation || this.#isSending) return;
    this.#refusedGeneration = this.#generation;
    if (why === 'Deferred') return this.#holdBack(`${why}: ${message}`);
    const observed = this.#observed();
    const text = why === 'Infeasible' ? `${why}: ${message}` : message;
    for (const one of this.#waiting) one.refused ??= text;
    // Never to be done: all of it is taken back, and not asked for again.
    if (observed && why === 'Infeasible') this.#shape = { ...observed, asked: this.allocation() };
    // What it holds is more than the limit asked for: back to what is in force.
    else if (observed) this.#shape = { ...this.#shape, limits: observed.limits };
    this.#isUnsent = true;
    this.#sendSoon();
  }

  /** Takes the reservation back, keeps the limits, and asks again after a while. */
  #holdBack(message: string): void {
    for (const one of this.#waiting) one.refused ??= message;
    this.#hopelessUntilMs = performance.now() + this.#patienceMs;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#reserveAgain(), this.#patienceMs + 1).unref();
    this.#patienceMs = Math.min(LONGEST_PATIENCE_MS, this.#patienceMs * 2);
    this.#isUnsent = true;
    this.#sendSoon();
  }

  #reserveAgain(): void {
    const held = this.#observed()?.requests;
    if (!held || !reservesMore(this.#shape, held)) return;
    this.#isUnsent = true;
    this.#sendSoon();
  }

  #settle(): void {
    const held = this.#observed()?.requests;
    if (held && !reservesMore(this.#shape, held)) this.#patienceMs = FIRST_PATIENCE_MS;
    this.#finish('applied');
  }

  #giveUpOld(): void {
    const oldest = this.#waiting[0];
    if (oldest && performance.now() - oldest.startedMs > DEADLINE_MS)
      this.#fail(`not in force after ${DEADLINE_MS / 1000} s`);
  }

  #fail(message: string): void {
    this.#finish('failed', message);
  }

  #finish(state: ResizeOutcome['state'], message?: string): void {
    const actual = this.allocation();
    const nowMs = performance.now();
    for (const { settle, startedMs, refused } of this.#waiting.splice(0)) {
      const text = refused ?? message;
      settle({
        state: refused === undefined ? state : 'refused',
        actual,
        latencyMs: nowMs - startedMs,
        ...(text !== undefined && { message: text }),
      });
    }
  }
}

/** Events of a watch may come after the answer to a later request. */
function isOlder(pod: Pod, known: Pod): boolean {
  return Number(pod.metadata.resourceVersion) < Number(known.metadata.resourceVersion);
}
