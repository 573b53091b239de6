import type { Config } from '#config/schema.ts';
import type { ServiceStore } from '#record/service/service-store.ts';

/** What webhooks are kept in, and what they go by. */
export type WebhookAround = {
  readonly store: ServiceStore;
  readonly settings: Config['serve']['webhooks'];
  readonly warn: (problem: string) => void;
};
