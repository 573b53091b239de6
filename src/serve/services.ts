import type { Engine } from '#commands/engine.ts';
import type { ServiceStore } from '#record/service/service-store.ts';
import type { KeptArchives } from './archives/kept-archives.ts';
import type { EventBus } from './events/bus.ts';
import type { NodeHistory } from './node/history.ts';
import type { WarmPool } from './warm/pool.ts';
import type { Executions } from './executions/executions.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** What the API is an API of. */
export type Services = {
  readonly engine: Engine;
  readonly store: ServiceStore;
  readonly bus: EventBus;
  readonly executions: Executions;
  readonly archives: KeptArchives;
  readonly webhooks: Webhooks;
  readonly warm: WarmPool;
  readonly history: NodeHistory;
};
