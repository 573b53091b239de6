import { z } from 'zod';
import { DELIVERY_STATES } from '#record/service/deliveries.ts';
import { WEBHOOK_KINDS } from '#serve/webhooks/webhooks.ts';
import { timestamp } from './common.ts';

const kinds = z.array(z.enum(WEBHOOK_KINDS)).min(1).describe('Which events are sent.');
const url = z.string().max(2048);
const id = z.string().regex(/^wh_[0-9a-f]{24}$/);
export const deliveryId = z.string().regex(/^msg_[0-9a-f]{24}$/);
export const params = z.strictObject({ id });

export const stored = z.object({
  id,
  url,
  kinds,
  enabled: z.boolean(),
  createdAt: timestamp,
  pending: z.int().describe('Deliveries that wait.'),
  dead: z.int().describe('Deliveries that were given up.'),
});
export const withSecret = stored.extend({
  secret: z.string().optional().describe('Signs what is sent; shown when it is made.'),
});
export const newWebhook = z.strictObject({ url, kinds: kinds.default(['state']) });
export const change = z
  .strictObject({
    url,
    kinds,
    enabled: z.boolean().describe('While it is false, events wait.'),
    rotateSecret: z.literal(true).describe('Sign with a new secret from now on.'),
  })
  .partial();

export const delivery = z.object({
  id: deliveryId.describe('The same with each attempt, in the header webhook-id.'),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  createdAt: timestamp,
  dueAt: timestamp.optional(),
  problem: z.string().optional().describe('Why the last attempt failed.'),
  body: z.unknown().describe('What is sent.'),
});
