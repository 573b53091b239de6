import { randomBytes } from 'node:crypto';
import { LimberError } from '#model/errors.ts';
import type { EventKind, ServiceEvent } from '#record/service/events.ts';
import type { Webhook, WebhookChange } from '#record/service/webhooks.ts';
import type { EventBus } from '../events/bus.ts';
import { checkUrl } from './addresses.ts';
import { bodyOf } from './body.ts';
import { Sender } from './sender.ts';
import type { WebhookAround } from './settings.ts';
import { newSecret } from './sign.ts';

/** Taken from the events at once; more of them wait in the store. */
const PAGE = 200;
type Around = WebhookAround & { readonly bus: EventBus };

/**
 * Sends events of tenants to where they asked for. What is to be sent is stored, so that it is sent
 * by the next server as well: at least once, with the same id. Lifecycle: start → (create, change,
 * remove, redeliver)* → stop.
 */
export class Webhooks {
  readonly #around: Around;
  readonly #sender: Sender;
  #hooks: readonly Webhook[] = [];
  #unsubscribe = (): void => {};
  #stopped = false;

  constructor(around: Around) {
    this.#around = around;
    this.#sender = new Sender(around, {
      onDone: () => this.#collect(),
      onGone: (webhook) => this.change(webhook, { enabled: false, rotates: false }),
    });
  }

  start(): void {
    this.#unsubscribe = this.#around.bus.subscribe({}, (events) => this.#heard(events));
    this.#reload();
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#sender.stop();
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
    this.#sender.send();
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
    this.#sender.send();
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
