import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import type { StoredKey } from '#record/service/keys.ts';
import { createKey } from '#serve/keys/keys.ts';
import type { Services } from '#serve/services.ts';
import { isoTime, PROBLEMS } from '../schemas/common.ts';
import { createdKey, newKey, storedKey } from '../schemas/keys.ts';
import type { Api } from '../server.ts';

const TAGS = ['keys'];
/** Keys of all tenants, for who may administer the server. */
export function addKeyRoutes(api: Api, { store }: Services): void {
  const about = (operationId: string, summary: string) => ({ operationId, tags: TAGS, summary });
  api.post(
    '/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        ...about('createKey', 'Make a key'),
        body: newKey,
        response: { 201: createdKey, ...PROBLEMS },
      },
    },
    async ({ body }, reply) => {
      const { key, stored } = createKey(store, body);
      void reply.code(201);
      return { key, ...keyView(stored) };
    },
  );
  api.get(
    '/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        ...about('listKeys', 'What keys there are; not the keys themselves'),
        response: { 200: z.object({ keys: z.array(storedKey) }), ...PROBLEMS },
      },
    },
    async () => ({ keys: store.listKeys().map(keyView) }),
  );
  api.delete(
    '/v1/keys/:id',
    {
      config: { scope: 'admin' },
      schema: {
        ...about('revokeKey', 'Revoke a key, in force at once'),
        params: z.strictObject({ id: z.string().regex(/^[0-9a-f]{12}$/) }),
        response: { 204: z.null(), ...PROBLEMS },
      },
    },
    async ({ params: { id } }, reply) => {
      if (!store.revokeKey(id, Date.now())) throw new LimberError('key-unknown', { id });
      return reply.code(204).send(null);
    },
  );
}

function keyView({ id, tenant: whose, scopes: may, name, createdAtMs, revokedAtMs }: StoredKey) {
  return {
    id,
    tenant: whose,
    scopes: may,
    name,
    createdAt: isoTime(createdAtMs),
    ...(revokedAtMs !== undefined && { revokedAt: isoTime(revokedAtMs) }),
  };
}
