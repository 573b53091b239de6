import { randomBytes } from 'node:crypto';
import type { Config } from '#config/schema.ts';
import { LimberError } from '#model/errors.ts';
import type { EventKind, ServiceEvent } from '#record/service/events.ts';
import type { Delivery } from '#record/service/deliveries.ts';
import type { ServiceStore } from '#record/service/service-store.ts';
import type { Webhook, WebhookChange } from '#record/service/webhooks.ts';
import type { EventBus } from '../events/bus.ts';
import { checkUrl } from './addresses.ts';
import { waitMs } from './back-off.ts';
import { bodyOf } from './body.ts';
import { post } from './post.ts';
import { newSecret, signedHeaders } from './sign.ts';

/** Taken from the events at once; more of them wait in the store. */
const PAGE = 200;
/** Longer than any timer of Node's; whatever is due later is looked at again. */
const LONGEST_TIMER_MS = 3_600_000;

export type WebhookSettings = Config['serve']['webhooks'];

type Around = {
  readonly store: ServiceStore;
  readonly bus: EventBus;
  readonly settings: WebhookSettings;
  readonly warn: (problem: string) => void;
};

/**
 * Sends events of tenants to where they asked for. What is to be sent is stored, so that it is sent
 * by the next server as well: at least once, with the same id. Lifecycle: start → (create, change,
 * remove, redeliver)* → stop.
 */
export class Webhooks {
  readonly #around: Around;
  readonly #underWay = new Map<string, string>();
  #hooks: readonly Webhook[] = [];
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe = (): void => {};
  #stopped = false;

  constructor(around: Around) {
    this.#around = around;
  }

  start(): void {
    this.#unsubscribe = this.#around.bus.subscribe({}, (events) => this.#heard(events));
    this.#reload();
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  /** From now on; throws `webhook-refused`, and `webhooks-full` when the tenant has too many. */
  create(tenant: string, { url, kinds }: Pick<Webhook, 'url' | 'kinds'>): Webhook {
    const { store, settings } = this.#around;
    const { maxPerTenant: most } = settings;
    checkUrl(url, this.#rules);
    if (store.listWebhooks(tenant).length >= most) throw new LimberError('webhooks-full', { most });
    const webhook: Webhook = {
      id: newId('wh'),
      tenant,
      url,
      kinds,
      secret: newSecret(),
      enabled: true,
      createdAtMs: Date.now(),
      seenSequence: store.lastSequence(),
    };
    store.insertWebhook(webhook);
    this.#reload();
    return webhook;
  }

  /** Of another tenant is as good as none. */
  find(tenant: string, id: string): Webhook {
    const found = this.#around.store.findWebhook(id);
    if (found?.tenant === tenant) return found;
    throw new LimberError('webhook-unknown', { id });
  }

  change(webhook: Webhook, change: Partial<Omit<WebhookChange, 'secret'>> & { rotates: boolean }) {
    const { rotates, ...rest } = change;
    const changed = { ...webhook, ...rest, ...(rotates && { secret: newSecret() }) };
    checkUrl(changed.url, this.#rules);
    this.#around.store.changeWebhook(webhook.id, changed);
    this.#reload();
    return changed;
  }

  remove({ id }: Webhook): void {
    this.#around.store.removeWebhook(id);
    this.#reload();
  }

  /** Dead ones are sent again; returns how many. */
  redeliver({ id: webhook }: Webhook, id?: string): number {
    const many = this.#around.store.redeliver(webhook, { id, nowMs: Date.now() });
    this.#send();
    return many;
  }

  forgetOld(beforeMs: number): void {
    this.#around.store.forgetDead({ most: this.#around.settings.maxDead, beforeMs });
  }

  get #rules() {
    return { allowsPrivate: this.#around.settings.allowPrivateAddresses };
  }

  #reload(): void {
    this.#hooks = this.#around.store.listWebhooks().filter(({ enabled }) => enabled);
    this.#collect();
  }

  #heard(events: readonly ServiceEvent[]): void {
    const isWanted = events.some((event) => this.#hooks.some((hook) => wants(hook, event)));
    // Not while whoever published is waiting.
    if (isWanted) setImmediate(() => this.#collect());
  }

  /** Events become deliveries, as far as there is room for more of them to wait. */
  #collect(): void {
    if (this.#stopped) return;
    try {
      this.#hooks = this.#hooks.map((hook) => this.#collectFor(hook));
    } catch (error) {
      this.#around.warn(`webhooks: ${String(error)}`);
    }
    this.#send();
  }

  #collectFor(hook: Webhook): Webhook {
    const { store, settings } = this.#around;
    let { seenSequence } = hook;
    let room = settings.maxPending - store.countDeliveries('pending', hook.id);
    for (; room > 0;) {
      const { tenant, kinds } = hook;
      const page = Math.min(PAGE, room);
      const events = store.eventsAfter(seenSequence, { tenant, kinds }, page);
      const last = events.at(-1);
      if (!last) break;
      const deliveries = events.map((event) => ({
        id: newId('msg'),
        body: bodyOf(event),
        createdAtMs: Date.now(),
      }));
      store.enqueueDeliveries(hook, { deliveries, upTo: last.sequence });
      seenSequence = last.sequence;
      room -= events.length;
      if (events.length < page) break;
    }
    return { ...hook, seenSequence };
  }

  /** Starts what is due and what there is a place for, and comes back for the rest. */
  #send(): void {
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
    this.#timer = setTimeout(() => this.#send(), inMs).unref();
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
      if (!this.#stopped) this.#collect();
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store, settings } = this.#around;
    const webhook = store.findWebhook(delivery.webhook);
    if (!webhook) return;
    const { id, body } = delivery;
    const posted = await post({
      url: checkUrl(webhook.url, this.#rules),
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
    if (posted.kind === 'gone') this.change(webhook, { enabled: false, rotates: false });
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

function wants({ tenant, kinds }: Webhook, event: ServiceEvent): boolean {
  return event.tenant === tenant && kinds.includes(event.kind);
}

/** Those that are many, and those that hold what the program wrote, are for streams. */
export const WEBHOOK_KINDS = [
  'state',
  'decision',
  'resize',
  'scaling',
  'note',
] as const satisfies readonly EventKind[];

function newId(prefix: 'wh' | 'msg'): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}
