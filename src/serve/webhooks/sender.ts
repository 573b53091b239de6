import type { Delivery } from '#record/service/deliveries.ts';
import type { Webhook } from '#record/service/webhooks.ts';
import { checkUrl } from './addresses.ts';
import { waitMs } from './back-off.ts';
import { post } from './post.ts';
import type { WebhookAround } from './settings.ts';
import { signedHeaders } from './sign.ts';

/** Longer than any timer of Node's; whatever is due later is looked at again. */
const LONGEST_TIMER_MS = 3_600_000;

type Told = {
  /** There is room for more to wait. */
  readonly onDone: () => void;
  readonly onGone: (webhook: Webhook) => void;
};

/** Sends what is due, so many at a time, and says when to try again. Lifecycle: (send)* → stop. */
export class Sender {
  readonly #around: WebhookAround;
  readonly #told: Told;
  /** Deliveries, and the webhook of each. */
  readonly #underWay = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(around: WebhookAround, told: Told) {
    this.#around = around;
    this.#told = told;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Starts what is due and what there is a place for, and comes back for the rest. */
  send(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const { store, settings } = this.#around;
    const nowMs = Date.now();
    const most = settings.maxConcurrent;
    for (const delivery of store.dueDeliveries(nowMs, most + this.#underWay.size))
      if (this.#hasPlace(delivery)) void this.#attempt(delivery);
    const nextMs = store.nextDueMs(nowMs);
    if (nextMs === undefined) return;
    const inMs = Math.min(nextMs - nowMs, LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.send(), inMs).unref();
  }

  /** A receiver that is slow takes half of the places at most. */
  #hasPlace({ id, webhook }: Delivery): boolean {
    const { maxConcurrent } = this.#around.settings;
    if (this.#underWay.has(id) || this.#underWay.size >= maxConcurrent) return false;
    const same = [...this.#underWay.values()].filter((other) => other === webhook).length;
    return same < Math.max(1, maxConcurrent / 2);
  }

  async #attempt(delivery: Delivery): Promise<void> {
    this.#underWay.set(delivery.id, delivery.webhook);
    try {
      await this.#deliver(delivery);
    } catch (error) {
      this.#around.warn(`webhook ${delivery.webhook}: ${String(error)}`);
    } finally {
      this.#underWay.delete(delivery.id);
      if (!this.#stopped) this.#told.onDone();
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store, settings } = this.#around;
    const webhook = store.findWebhook(delivery.webhook);
    if (!webhook) return;
    const { id, body } = delivery;
    const posted = await post({
      url: checkUrl(webhook.url, { allowsPrivate: settings.allowPrivateAddresses }),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'limber',
        ...signedHeaders(webhook.secret, { id, atMs: Date.now(), body }),
      },
      body,
      timeoutMs: settings.timeoutMs,
      allowsPrivate: settings.allowPrivateAddresses,
    });
    // Its outcome is for the next server: this one has closed its store.
    if (this.#stopped) return;
    if (posted.kind === 'taken') return store.removeDelivery(id);
    if (posted.kind === 'gone') this.#told.onGone(webhook);
    this.#postpone(delivery, posted.kind === 'gone' ? { problem: 'it answered 410' } : posted);
  }

  #postpone(
    { id, webhook, attempts: before }: Delivery,
    { problem, retryAfterMs = 0 }: { readonly problem: string; readonly retryAfterMs?: number },
  ): void {
    const { store, settings, warn } = this.#around;
    const attempts = before + 1;
    const isDead = attempts >= settings.maxAttempts;
    const backOff = { firstMs: settings.firstRetryMs, longestMs: settings.longestRetryMs };
    const wait = Math.max(waitMs(backOff, attempts, Math.random()), retryAfterMs);
    const dueAtMs = Date.now() + Math.ceil(Math.min(wait, settings.longestRetryMs));
    if (isDead) warn(`webhook ${webhook}: gave up ${id} after ${attempts} attempts: ${problem}`);
    store.postponeDelivery(id, { state: isDead ? 'dead' : 'pending', dueAtMs, problem });
  }
}
