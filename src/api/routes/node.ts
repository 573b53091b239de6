import { mapAllocation, type Allocation } from '#model/allocation.ts';
import packageJson from '#package.json' with { type: 'json' };
import { hasRoom } from '#serve/disk/room.ts';
import { READ_EVERY_MS, usedOf } from '#serve/node/history.ts';
import type { Services } from '#serve/services.ts';
import { isoTime, PROBLEMS } from '../schemas/common.ts';
import { health, historyQuery, ledger, node, nodeHistory } from '../schemas/node.ts';
import type { Api } from '../server.ts';

const { version } = packageJson;

/** The machine itself: what it has, who holds what, and whether it takes more. */
export function addNodeRoutes(api: Api, services: Services): void {
  const { engine, executions, store, warm } = services;
  api.get(
    '/healthz',
    {
      config: { isOpen: true },
      schema: { ...about('health', 'It answers'), response: { 200: health, ...PROBLEMS } },
    },
    async () => ({ status: 'ok', version }),
  );
  api.get(
    '/readyz',
    {
      config: { isOpen: true },
      schema: {
        ...about('readiness', 'It takes executions'),
        response: { 200: health, 503: health, ...PROBLEMS },
      },
    },
    async (_request, reply) => {
      store.lastSequence();
      const isFull = !hasRoom(executions.room);
      if (!executions.isClosing && !isFull) return { status: 'ready', version };
      return reply.code(503).send({ status: isFull ? 'disk-full' : 'draining', version });
    },
  );
  api.get(
    '/v1/node',
    {
      config: { scope: 'read' },
      schema: {
        ...about('getNode', 'What the node has, and what is free of it'),
        response: { 200: node, ...PROBLEMS },
      },
    },
    async () => ({
      capacity: engine.capacity,
      free: leftOf(engine.ledger.snapshot().free),
      ...executions.counts,
      draining: executions.isClosing,
      warm: { memoryBytes: warm.heldBytes, languages: [...warm.counts()] },
      enforcement: engine.runtime.enforcement,
    }),
  );
  api.get(
    '/v1/node/ledger',
    {
      config: { scope: 'admin' },
      schema: {
        ...about('getLedger', 'Who holds what of the node, of all tenants'),
        response: { 200: ledger, ...PROBLEMS },
      },
    },
    async () => ({
      reservations: engine.ledger.snapshot().reservations.map((held) => ({
        execution: held.instanceId,
        tenant: held.tenant,
        allocation: held.held,
        controllerPid: held.controllerPid,
      })),
    }),
  );
  addHistory(api, services);
}

function addHistory(api: Api, { history }: Services): void {
  api.get(
    '/v1/node/history',
    {
      config: { scope: 'read' },
      schema: {
        ...about('getNodeHistory', 'What was allocated and used of the node of late'),
        querystring: historyQuery,
        response: { 200: nodeHistory, ...PROBLEMS },
      },
    },
    async ({ query: { after }, caller: { scopes, tenant } }) => {
      const seen = scopes.includes('admin') ? undefined : tenant;
      const readings = history.since(after === undefined ? 0 : Date.parse(after));
      return {
        intervalMs: READ_EVERY_MS,
        readings: readings.map((reading) => ({
          at: isoTime(reading.atMs),
          allocated: leftOf(reading.allocated),
          used: usedOf(reading, seen),
        })),
      };
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, tags: ['node'], summary };
}

/** Another server of this node may be allowed to promise more than there is: then nothing is free. */
function leftOf(free: Allocation): Allocation {
  return mapAllocation((key) => Math.max(0, free[key]));
}
