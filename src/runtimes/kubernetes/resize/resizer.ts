import type { Allocation } from '#model/allocation.ts';
import type { ResizeOutcome } from '#model/decision.ts';
import type { Client } from '../api/client.ts';
import { ApiFailure, hasStatus } from '../api/failure.ts';
import type { Pod } from '../api/types.ts';
import { isOlder } from '../pod/is-older.ts';
import { observe, type Observed } from './observe.ts';
import type { Form, Shape } from './shape.ts';
import { raisedOver, refusedOf, RESERVED_KEYS, Shortage, type ReservedKey } from './shortage.ts';

/** Of several patches within 70 ms only the first and the last reach a cgroup (docs/kubernetes.md). */
const BETWEEN_PATCHES_MS = 50;
const DEADLINE_MS = 30_000;
/**
 * A patch that is not answered by then is sent again: it says what is to be, and twice does no harm. Answers
 * take 5 to 66 ms; in half a second a program that grows by 500 MB/s uses up its burst room.
 */
const ANSWER_MS = 500;
const ENDED = 'the pod has ended';

type Waiting = {
  readonly startedMs: number;
  readonly settle: (outcome: ResizeOutcome) => void;
  /** What of it is more than whoever asked knew to be there. */
  readonly raises: readonly ReservedKey[];
  /** Of the patch that carries it; undefined until that was answered. */
  generation?: number;
  refused?: { readonly message: string; readonly keys?: readonly ReservedKey[] };
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
  readonly #shortage = new Shortage();
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
    const raises = raisedOver({ requests: target }, this.allocation());
    this.#shape = form.shape(target, floorBytes());
    this.#isUnsent = true;
    return new Promise((settle) => {
      this.#waiting.push({ startedMs: performance.now(), settle, raises });
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

  /** What the node had no room for a moment ago is not asked for; the rest is. */
  #affordable(carried: readonly Waiting[]): Shape {
    const held = this.#observed()?.requests;
    const nowMs = performance.now();
    const short = held
      ? raisedOver(this.#shape, held).filter((key) => this.#shortage.has(key, nowMs))
      : [];
    if (!held || short.length === 0) return this.#shape;
    refuse(carried, short, 'the node has no room, and was asked a moment ago');
    const plenty = { cpuCores: Number.POSITIVE_INFINITY, memoryBytes: Number.POSITIVE_INFINITY };
    const most = short.reduce((amounts, key) => ({ ...amounts, [key]: held[key] }), plenty);
    return this.#options.form.affordable(this.#shape, most);
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
    const raised = held ? raisedOver(shape, held) : [];
    if (hasStatus(error, 403) && raised.length > 0)
      return this.#holdBack(this.#reasonOf(error) ?? message, raised);
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
    const observed = this.#observed();
    if (why === 'Deferred' && observed)
      return this.#holdBack(`${why}: ${message}`, raisedOver(this.#shape, observed.requests));
    const text = why === 'Infeasible' ? `${why}: ${message}` : message;
    for (const one of this.#waiting) one.refused ??= { message: text };
    // Never to be done: all of it is taken back, and not asked for again.
    if (observed && why === 'Infeasible') this.#shape = { ...observed, asked: this.allocation() };
    // What it holds is more than the limit asked for: back to what is in force.
    else if (observed) this.#shape = { ...this.#shape, limits: observed.limits };
    this.#isUnsent = true;
    this.#sendSoon();
  }

  /** Takes back what cannot be reserved, keeps the limits and the rest, and asks again after a while. */
  #holdBack(message: string, raised: readonly ReservedKey[]): void {
    const refused = refusedOf(message, raised);
    refuse(this.#waiting, refused, message);
    const waitMs = this.#shortage.add(refused, performance.now());
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#reserveAgain(), waitMs + 1).unref();
    this.#isUnsent = true;
    this.#sendSoon();
  }

  #reserveAgain(): void {
    const held = this.#observed()?.requests;
    if (!held || raisedOver(this.#shape, held).length === 0) return;
    this.#isUnsent = true;
    this.#sendSoon();
  }

  #settle(): void {
    const held = this.#observed()?.requests;
    const missing = held ? raisedOver(this.#shape, held) : RESERVED_KEYS;
    for (const key of RESERVED_KEYS) if (!missing.includes(key)) this.#shortage.forget(key);
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
      const text = refused?.message ?? message;
      settle({
        state: refused === undefined ? state : 'refused',
        actual,
        latencyMs: nowMs - startedMs,
        ...(text !== undefined && { message: text }),
        ...(state === 'applied' && refused?.keys && { refused: refused.keys }),
      });
    }
  }
}

/** Whoever asked for more of these. */
function refuse(waiting: readonly Waiting[], keys: readonly ReservedKey[], message: string): void {
  for (const one of waiting)
    if (one.raises.some((key) => keys.includes(key)))
      one.refused = {
        message: one.refused?.message ?? message,
        keys: [...new Set([...(one.refused?.keys ?? []), ...keys])],
      };
}
