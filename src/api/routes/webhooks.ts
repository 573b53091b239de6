import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import { DELIVERY_STATES, type Delivery } from '#record/service/deliveries.ts';
import type { Webhook } from '#record/service/webhooks.ts';
import type { Services } from '#serve/services.ts';
import { isoTime, PROBLEMS } from '../schemas/common.ts';
import {
  change,
  delivery,
  deliveryId,
  newWebhook,
  params,
  stored,
  withSecret,
} from '../schemas/webhooks.ts';
import type { Api } from '../server.ts';

const TAGS = ['webhooks'];
const MOST_LISTED = 1000;

/** Where a tenant's events are sent, and what could not be. */
export function addWebhookRoutes(api: Api, services: Services): void {
  addMany(api, services);
  addOne(api, services);
  addDeliveries(api, services);
}

function addMany(api: Api, services: Services): void {
  const { webhooks, store } = services;
  api.post(
    '/v1/webhooks',
    {
      config: { scope: 'steer' },
      schema: {
        operationId: 'createWebhook',
        tags: TAGS,
        summary: 'Have events sent to a URL, signed, from now on',
        body: newWebhook,
        response: {
          201: {
            description: 'It was made; its secret is shown this once.',
            headers: { location: { type: 'string', description: 'Where it is.' } },
            content: { 'application/json': { schema: withSecret } },
          },
          ...PROBLEMS,
        },
      },
    },
    async ({ body, caller }, reply) => {
      const made = webhooks.create(caller.tenant, body);
      void reply.code(201).header('location', `/v1/webhooks/${made.id}`);
      return { ...webhookView(services, made), secret: made.secret };
    },
  );
  api.get(
    '/v1/webhooks',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listWebhooks',
        tags: TAGS,
        summary: 'Your webhooks',
        response: { 200: z.object({ webhooks: z.array(stored) }), ...PROBLEMS },
      },
    },
    async ({ caller }) => ({
      webhooks: store.listWebhooks(caller.tenant).map((one) => webhookView(services, one)),
    }),
  );
}

function addOne(api: Api, services: Services): void {
  const { webhooks } = services;
  const about = (operationId: string, summary: string) => ({
    operationId,
    tags: TAGS,
    summary,
    params,
  });
  api.get(
    '/v1/webhooks/:id',
    {
      config: { scope: 'read' },
      schema: {
        ...about('getWebhook', 'One of your webhooks'),
        response: { 200: stored, ...PROBLEMS },
      },
    },
    async (request) =>
      webhookView(services, webhooks.find(request.caller.tenant, request.params.id)),
  );
  api.patch(
    '/v1/webhooks/:id',
    {
      config: { scope: 'steer' },
      schema: {
        ...about('changeWebhook', 'Change where it leads, what it sends, or its secret'),
        body: change,
        response: { 200: withSecret, ...PROBLEMS },
      },
    },
    async (request) => {
      const { rotateSecret: rotates = false, ...rest } = request.body;
      const found = webhooks.find(request.caller.tenant, request.params.id);
      const changed = webhooks.change(found, { ...withoutAbsent(rest), rotates });
      return { ...webhookView(services, changed), ...(rotates && { secret: changed.secret }) };
    },
  );
  api.delete(
    '/v1/webhooks/:id',
    {
      config: { scope: 'steer' },
      schema: {
        ...about('deleteWebhook', 'Send nothing there any more, and forget what waits'),
        response: { 204: z.null(), ...PROBLEMS },
      },
    },
    async (request, reply) => {
      webhooks.remove(webhooks.find(request.caller.tenant, request.params.id));
      return reply.code(204).send(null);
    },
  );
}

function addDeliveries(api: Api, services: Services): void {
  const { webhooks, store } = services;
  api.get(
    '/v1/webhooks/:id/deliveries',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listDeliveries',
        tags: TAGS,
        summary: 'What waits to be sent, and what was given up',
        params,
        querystring: z.strictObject({
          state: z.enum(DELIVERY_STATES).optional(),
          limit: z.coerce.number().int().min(1).max(MOST_LISTED).default(100),
        }),
        response: { 200: z.object({ deliveries: z.array(delivery) }), ...PROBLEMS },
      },
    },
    async (request) => {
      const found = webhooks.find(request.caller.tenant, request.params.id);
      return { deliveries: store.listDeliveries(found.id, request.query).map(deliveryView) };
    },
  );
  api.post(
    '/v1/webhooks/:id/redeliver',
    {
      config: { scope: 'steer' },
      schema: {
        operationId: 'redeliver',
        tags: TAGS,
        summary: 'Send again what was given up: all of it, or one delivery',
        params,
        querystring: z.strictObject({ delivery: deliveryId.optional() }),
        response: { 202: z.object({ deliveries: z.int() }), ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const found = webhooks.find(request.caller.tenant, request.params.id);
      const one = request.query.delivery;
      const deliveries = webhooks.redeliver(found, one);
      if (one !== undefined && deliveries === 0)
        throw new LimberError('document-unknown', { what: 'dead delivery' });
      void reply.code(202);
      return { deliveries };
    },
  );
}

function webhookView({ store }: Services, webhook: Webhook) {
  return {
    id: webhook.id,
    url: webhook.url,
    kinds: webhook.kinds,
    enabled: webhook.enabled,
    createdAt: isoTime(webhook.createdAtMs),
    pending: store.countDeliveries('pending', webhook.id),
    dead: store.countDeliveries('dead', webhook.id),
  };
}

function deliveryView(one: Delivery) {
  const { id: which, state, attempts, createdAtMs, dueAtMs, problem, body } = one;
  return {
    id: which,
    state,
    attempts,
    createdAt: isoTime(createdAtMs),
    ...(state === 'pending' && { dueAt: isoTime(dueAtMs) }),
    ...(problem !== undefined && { problem }),
    body: JSON.parse(body) as unknown,
  };
}

function withoutAbsent<Value extends object>(value: Value) {
  type Present = { [Key in keyof Value]?: Exclude<Value[Key], undefined> };
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as Present;
}
