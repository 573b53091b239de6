import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildApi } from '#api/app.ts';
import { resolvePaths } from '#config/paths.ts';
import { LimberError } from '#model/errors.ts';
import { createKey } from '#serve/keys/keys.ts';
import { openServices } from '#serve/open-services.ts';
import type { Environment } from '../engine.ts';

const MOST_HOMES = 64;
const TENANT = 'mcp';

export type Backend = {
  readonly url: string;
  readonly apiKey: string;
  readonly close: () => Promise<void>;
};

/**
 * The service in this process, for this process: on a port of its own and with a key that ends with it.
 * Beside others it takes the next home, for one server has one home; the node is shared by all.
 */
export async function serveHere(
  env: Environment,
  warn: (problem: string) => void,
): Promise<Backend> {
  const services = await openFree(env, warn);
  const { key, stored } = createKey(services.store, {
    tenant: TENANT,
    scopes: ['run', 'steer', 'read'],
    name: 'limber mcp',
  });
  const api = await buildApi({ services, needsKeys: true, logger: false });
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    apiKey: key,
    async close() {
      services.store.revokeKey(stored.id, Date.now());
      cancelAll(services);
      await services.executions.drain();
      await api.close();
      await services.close();
    },
  };
}

type Services = Awaited<ReturnType<typeof openServices>>;

async function openFree(env: Environment, warn: (problem: string) => void): Promise<Services> {
  const { home } = resolvePaths({ env, uid: process.getuid?.() ?? 0 });
  for (let n = 1; ; n++) {
    const own = join(home, 'mcp', String(n));
    mkdirSync(own, { recursive: true, mode: 0o700 });
    try {
      return await openServices({ ...env, LIMBER_HOME: own }, warn);
    } catch (error) {
      const isTaken = error instanceof LimberError && error.code === 'server-running';
      if (!isTaken || n >= MOST_HOMES) throw error;
    }
  }
}

/** Nobody is left who could ask for it. */
function cancelAll({ store, executions }: Services): void {
  for (const state of ['queued', 'running'] as const)
    for (const execution of store.list({ tenant: TENANT, labels: {}, state, limit: 1000 }))
      executions.cancel(execution);
}
