import type { CallOptions, Transport } from './transport.ts';
import type { Delivery, NewWebhook, Webhook, WebhookChange, WebhookWithSecret } from './types.ts';

export type DeliveriesOptions = CallOptions & {
  readonly state?: Delivery['state'] | undefined;
  readonly limit?: number | undefined;
};

/** Where the tenant's events are sent. */
export class Webhooks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The secret that it signs with is in the answer, and nowhere else. */
  create(webhook: NewWebhook, { signal }: CallOptions = {}): Promise<WebhookWithSecret> {
    return this.#transport.json('createWebhook', { json: webhook, signal });
  }

  async list({ signal }: CallOptions = {}): Promise<readonly Webhook[]> {
    return (await this.#transport.json<{ webhooks: Webhook[] }>('listWebhooks', { signal }))
      .webhooks;
  }

  get(id: string, { signal }: CallOptions = {}): Promise<Webhook> {
    return this.#transport.json('getWebhook', { path: { id }, signal });
  }

  change(
    id: string,
    change: WebhookChange,
    { signal }: CallOptions = {},
  ): Promise<WebhookWithSecret> {
    const isRepeatable = change.rotateSecret === undefined;
    return this.#transport.json('changeWebhook', {
      path: { id },
      json: change,
      isRepeatable,
      signal,
    });
  }

  delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.done('deleteWebhook', { path: { id }, signal });
  }

  /** What waits to be sent, and what was given up. */
  async deliveries(id: string, options: DeliveriesOptions = {}): Promise<readonly Delivery[]> {
    const { signal, ...query } = options;
    const call = { path: { id }, query, signal };
    const { deliveries } = await this.#transport.json<{ deliveries: Delivery[] }>(
      'listDeliveries',
      call,
    );
    return deliveries;
  }

  /** Sends again what was given up: all of it, or one delivery; resolves with how many. */
  async redeliver(
    id: string,
    { delivery, signal }: CallOptions & { readonly delivery?: string | undefined } = {},
  ): Promise<number> {
    const call = { path: { id }, query: { delivery }, signal };
    return (await this.#transport.json<{ deliveries: number }>('redeliver', call)).deliveries;
  }
}
