import type { Services } from '#serve/services.ts';
import type { Api } from '../server.ts';
import { addAnalysisRoutes } from './analysis.ts';
import { addArchiveRoutes } from './archives.ts';
import { addExecutionRoutes } from './executions.ts';
import { addEventRoutes } from './events.ts';
import { addFileRoutes } from './files.ts';
import { addInputRoutes } from './input.ts';
import { addKeyRoutes } from './keys.ts';
import { addNodeRoutes } from './node.ts';
import { addOutputRoutes } from './output.ts';
import { addPolicyRoutes } from './policies.ts';
import { addReplayRoutes } from './replay.ts';
import { addScalingRoutes } from './scaling.ts';
import { addWebhookRoutes } from './webhooks.ts';

/** Every route, by what it is about. */
export function addRoutes(api: Api, services: Services): void {
  addExecutionRoutes(api, services);
  addOutputRoutes(api, services);
  addInputRoutes(api, services);
  addFileRoutes(api, services);
  addArchiveRoutes(api, services);
  addEventRoutes(api, services);
  addReplayRoutes(api, services);
  addScalingRoutes(api, services);
  addPolicyRoutes(api, services);
  addWebhookRoutes(api, services);
  addAnalysisRoutes(api, services);
  addKeyRoutes(api, services);
  addNodeRoutes(api, services);
}
