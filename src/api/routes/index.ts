import type { Services } from '#serve/services.ts';
import type { Api } from '../server.ts';
import { addExecutionRoutes } from './executions.ts';
import { addEventRoutes } from './events.ts';
import { addFileRoutes } from './files.ts';
import { addInputRoutes } from './input.ts';
import { addNodeRoutes } from './node.ts';
import { addOutputRoutes } from './output.ts';

/** Every route, by what it is about. */
export function addRoutes(api: Api, services: Services): void {
  addExecutionRoutes(api, services);
  addOutputRoutes(api, services);
  addInputRoutes(api, services);
  addFileRoutes(api, services);
  addEventRoutes(api, services);
  addNodeRoutes(api, services);
}
