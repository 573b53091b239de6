import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { Services } from '#serve/services.ts';
import { digestOf, toRemembered, toRequest } from '../execution-request.ts';
import { executionView, outlookOf } from '../execution-view.ts';
import { foreseenView } from '../foreseen-view.ts';
import { ownExecution } from '../own-execution.ts';
import { idParams, PROBLEMS } from '../schemas/common.ts';
import {
  execution,
  executionList,
  labelsOf,
  listQuery,
  newExecution,
} from '../schemas/execution.ts';
import { foreseen } from '../schemas/foreseen.ts';
import type { Api } from '../server.ts';
import { whenEnded } from '../when-ended.ts';

const LONGEST_WAIT_MS = 600_000;
const TAGS = ['executions'];

const waitQuery = z.strictObject({
  waitMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(LONGEST_WAIT_MS)
    .default(0)
    .describe('Answer when it has ended, or after this time.'),
});

const createQuery = waitQuery.extend({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Say what would become of it and why, and run nothing.'),
});

const keyHeader = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('A request that was sent before with the same key is not carried out again.'),
});

export function addExecutionRoutes(api: Api, services: Services): void {
  addCreate(api, services);
  addList(api, services);
  addSingle(api, services);
}

function addCreate(api: Api, services: Services): void {
  const { maxOutputBytes } = services.engine.config.serve;
  api.post(
    '/v1/executions',
    {
      config: { scope: 'run' },
      schema: {
        operationId: 'createExecution',
        tags: TAGS,
        summary: 'Run code, files or a command',
        body: newExecution,
        querystring: createQuery,
        headers: keyHeader,
        response: {
          200: accepted(
            'It was carried out before, with the same key; or what would become of it (dryRun).',
            z.union([foreseen, execution]),
          ),
          201: accepted('It was accepted; with `waitMs`, it may have ended.'),
          ...PROBLEMS,
        },
      },
    },
    async (request, reply) => {
      const { tenant } = request.caller;
      const asked = toRequest(request.body, { outputBytes: maxOutputBytes });
      if (request.query.dryRun === 'true')
        return foreseenView(await services.executions.foresee({ tenant, request: asked }));
      const key = request.headers['idempotency-key'];
      const { execution: submitted, isNew } = await services.executions.submit({
        tenant,
        request: asked,
        remembered: toRemembered(request.body, request.span),
        ...(key !== undefined && { idempotency: { key, digest: digestOf(request.body) } }),
      });
      const { waitMs } = request.query;
      const settled = await whenEnded(services, submitted, { waitMs, socket: request.raw.socket });
      void reply.code(isNew ? 201 : 200).header('location', `/v1/executions/${submitted.id}`);
      return executionView(services, settled);
    },
  );
}

function accepted(description: string, schema: z.ZodType = execution) {
  return {
    description,
    headers: { location: { type: 'string', description: 'Where it is.' } },
    content: { 'application/json': { schema } },
  };
}

function addList(api: Api, services: Services): void {
  api.get(
    '/v1/executions',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listExecutions',
        tags: TAGS,
        summary: 'Executions, newest first',
        querystring: listQuery,
        response: { 200: executionList, ...PROBLEMS },
      },
    },
    async ({ query, caller }) => {
      const { state, outcome, label, limit, cursor } = query;
      const found = services.store.list({
        tenant: caller.tenant,
        labels: labelsOf(label),
        limit: limit + 1,
        ...(state && { state }),
        ...(outcome && { outcome }),
        ...(cursor !== undefined && { after: fromCursor(cursor) }),
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const executions = page.map((one) => {
        const { summary: _summary, ...view } = executionView(services, one);
        return view;
      });
      return { executions, ...(found.length > limit && last && { next: toCursor(last) }) };
    },
  );
}

function addSingle(api: Api, services: Services): void {
  const about = (operationId: string, summary: string) => ({
    operationId,
    tags: TAGS,
    summary,
    params: idParams,
  });
  api.get(
    '/v1/executions/:id',
    {
      config: { scope: 'read' },
      schema: {
        ...about('getExecution', 'One execution'),
        querystring: waitQuery,
        response: { 200: execution, ...PROBLEMS },
      },
    },
    async (request) => {
      const { params, query, caller, raw } = request;
      const found = ownExecution(services, caller, params.id);
      const wait = { waitMs: query.waitMs, socket: raw.socket };
      const view = executionView(services, await whenEnded(services, found, wait));
      const outlook = outlookOf(services, view.id);
      return { ...view, ...(outlook && { outlook }) };
    },
  );
  api.post(
    '/v1/executions/:id/cancel',
    {
      config: { scope: 'run' },
      schema: {
        ...about('cancelExecution', 'End it: SIGTERM, and SIGKILL after the grace time'),
        response: { 202: execution, ...PROBLEMS },
      },
    },
    async ({ params, caller }, reply) => {
      services.executions.cancel(ownExecution(services, caller, params.id));
      void reply.code(202);
      return executionView(services, ownExecution(services, caller, params.id));
    },
  );
  api.delete(
    '/v1/executions/:id',
    {
      config: { scope: 'run' },
      schema: {
        ...about('deleteExecution', 'Forget one that has ended, with its output and its files'),
        response: { 204: z.null(), ...PROBLEMS },
      },
    },
    async ({ params, caller }, reply) => {
      await services.executions.remove(ownExecution(services, caller, params.id));
      return reply.code(204).send(null);
    },
  );
}

function toCursor({ createdAtMs, id }: ServiceExecution): string {
  return Buffer.from(`${createdAtMs} ${id}`).toString('base64url');
}

function fromCursor(cursor: string) {
  const [, at, id] =
    /^(\d+) ([0-9a-z]{12})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at !== undefined && id !== undefined) return { createdAtMs: Number(at), id };
  throw new LimberError('request-invalid', {
    problem: 'cursor: expected what a list gave as next, got something else',
  });
}
