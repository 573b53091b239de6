import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import { changeScaling, hint, resize, type Steered } from '#serve/steering/steer.ts';
import type { Scaling } from '#serve/executions/request.ts';
import type { Services } from '#serve/services.ts';
import { ownExecution } from '../own-execution.ts';
import { allocation, idParams, partialAllocation, PROBLEMS } from '../schemas/common.ts';
import { labelQuery, labelsOf } from '../schemas/execution.ts';
import { scaling } from '../schemas/scaling.ts';
import type { Api } from '../server.ts';

const TAGS = ['scaling'];
const MOST_AT_ONCE = 1000;

const dryRun = z
  .enum(['true', 'false'])
  .default('false')
  .describe('Say what would happen and why, and change nothing.');
const dryQuery = z.strictObject({ dryRun });

const effect = z.object({
  dryRun: z.boolean(),
  accepted: z.boolean(),
  text: z.string().describe('What happens, or would happen, and why.'),
  from: allocation,
  to: allocation,
  constraints: z.object({ min: allocation, max: allocation }).loose(),
});
const bulk = z.object({
  dryRun: z.boolean(),
  results: z.array(z.object({ id: z.string(), accepted: z.boolean(), text: z.string() })),
});
const resized = z.object({
  dryRun: z.boolean(),
  state: z.enum(['refused', 'converging', 'applied']),
  desired: partialAllocation,
  accepted: allocation.describe('Within its bounds.'),
  actual: allocation.describe('As it was read back, or still is.'),
  text: z.string(),
});
const hintBody = z
  .strictObject({
    ...partialAllocation.shape,
    withinSeconds: z.number().min(0).max(3600).optional(),
    forSeconds: z.number().min(0).max(3600).optional(),
    phase: z.string().max(256).optional(),
    id: z.string().max(64).optional(),
  })
  .describe('What it will need, as a program would say it itself.');
const hinted = z.object({ dryRun: z.boolean(), accepted: z.boolean(), reason: z.string() });

/** What other applications may say about the size of an execution while it runs. */
export function addScalingRoutes(api: Api, services: Services): void {
  addChange(api, services);
  addBulk(api, services);
  addResize(api, services);
  addHint(api, services);
}

function addChange(api: Api, services: Services): void {
  api.patch(
    '/v1/executions/:id/scaling',
    {
      config: { scope: 'steer' },
      schema: {
        operationId: 'changeScaling',
        tags: TAGS,
        summary: 'Change priority, bounds, mode, policy and settings of one that runs',
        params: idParams,
        querystring: dryQuery,
        body: scaling,
        response: { 200: effect, ...PROBLEMS },
      },
    },
    async ({ params, query, body, caller }) => {
      const isDry = query.dryRun === 'true';
      const change = { change: body as Scaling, dryRun: isDry };
      const result = await changeScaling(services, steered(services, caller, params.id), change);
      return { dryRun: isDry, ...result };
    },
  );
}

function addBulk(api: Api, services: Services): void {
  api.patch(
    '/v1/executions/scaling',
    {
      config: { scope: 'steer' },
      schema: {
        operationId: 'changeScalingOfMany',
        tags: TAGS,
        summary: 'The same for all that run with these labels',
        querystring: z.strictObject({ label: labelQuery, dryRun }),
        body: scaling,
        response: { 200: bulk, ...PROBLEMS },
      },
    },
    async ({ query, body, caller }) => {
      const isDry = query.dryRun === 'true';
      const labels = labelsOf(query.label);
      if (Object.keys(labels).length === 0)
        throw new LimberError('request-invalid', { problem: 'label: expected at least one' });
      const { tenant } = caller;
      const found = services.store.list({ tenant, labels, state: 'running', limit: MOST_AT_ONCE });
      const change = { change: body as Scaling, dryRun: isDry };
      const results = [];
      for (const { id } of found)
        results.push({ id, ...(await attempt(services, caller, id, change)) });
      return { dryRun: isDry, results };
    },
  );
}

/** One that ends meanwhile is no reason not to change the others. */
async function attempt(
  services: Services,
  caller: { readonly tenant: string },
  id: string,
  change: Parameters<typeof changeScaling>[2],
) {
  try {
    const { accepted, text } = await changeScaling(services, steered(services, caller, id), change);
    return { accepted, text };
  } catch (error) {
    if (error instanceof LimberError) return { accepted: false, text: error.message };
    throw error;
  }
}

function addResize(api: Api, services: Services): void {
  api.post(
    '/v1/executions/:id/resize',
    {
      config: { scope: 'steer' },
      schema: {
        operationId: 'resize',
        tags: TAGS,
        summary: 'Give it this size; locked from then on, until its mode is auto again',
        params: idParams,
        querystring: dryQuery,
        body: partialAllocation.refine((sizes) => Object.keys(sizes).length > 0, 'expected a size'),
        response: { 200: resized, ...PROBLEMS },
      },
    },
    async ({ params, query, body, caller }) => {
      const isDry = query.dryRun === 'true';
      const sizes = body as Parameters<typeof resize>[2]['sizes'];
      const result = resize(services, steered(services, caller, params.id), {
        sizes,
        dryRun: isDry,
      });
      return { dryRun: isDry, ...result };
    },
  );
}

function addHint(api: Api, services: Services): void {
  api.post(
    '/v1/executions/:id/hints',
    {
      config: { scope: 'steer' },
      schema: {
        operationId: 'hint',
        tags: TAGS,
        summary: 'Say what it will need, as the program could itself',
        params: idParams,
        querystring: dryQuery,
        body: hintBody,
        response: { 200: hinted, ...PROBLEMS },
      },
    },
    async ({ params, query, body, caller }) => {
      const { managed } = steered(services, caller, params.id);
      const isDry = query.dryRun === 'true';
      if (!isDry) return { dryRun: false, ...hint(managed, body) };
      const { mode } = managed.input.constraints;
      const accepted = mode === 'auto';
      return {
        dryRun: true,
        accepted,
        reason: accepted ? 'would be in force' : `its mode is ${mode}`,
      };
    },
  );
}

function steered(services: Services, caller: { readonly tenant: string }, id: string): Steered {
  const execution = ownExecution(services, caller, id);
  const live = services.executions.live(id);
  const managed = live?.running?.managed;
  if (live && managed && execution.state === 'running') return { execution, live, managed };
  throw new LimberError('not-running', { id, state: execution.state });
}
