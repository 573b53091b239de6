import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import type { Scaling } from '#serve/executions/request.ts';
import type { Caller } from '#serve/keys/keys.ts';
import type { Services } from '#serve/services.ts';
import {
  changeScaling,
  changeScalingOfWaiting,
  type Effect,
} from '#serve/steering/change-scaling.ts';
import { hint, hintWaiting, type Hinted, type Wants } from '#serve/steering/hint.ts';
import { resize, resizeWaiting, type Resize, type Sizes } from '#serve/steering/resize.ts';
import { steer } from '#serve/steering/steered.ts';
import { ownExecution } from '../own-execution.ts';
import { idParams, partialAllocation, PROBLEMS } from '../schemas/common.ts';
import { labelQuery, labelsOf } from '../schemas/execution.ts';
import { bulk, effect, hintBody, hinted, resized } from '../schemas/steering.ts';
import { scaling } from '../schemas/scaling.ts';
import type { Api } from '../server.ts';

const TAGS = ['scaling'];
const MOST_AT_ONCE = 1000;

const dryRun = z
  .enum(['true', 'false'])
  .default('false')
  .describe('Say what would happen and why, and change nothing.');
const dryQuery = z.strictObject({ dryRun });

/**
 * What other applications may say about the size of an execution, while it waits and while it runs:
 * of one, and of all with certain labels.
 */
export function addScalingRoutes(api: Api, services: Services): void {
  addSteering(api, services, {
    method: 'PATCH',
    path: 'scaling',
    operationId: 'changeScaling',
    summary: 'Change priority, bounds, budget, mode, policy and settings',
    body: scaling,
    answer: effect,
    steer: (id, change: Scaling, dryRun): Promise<Effect> =>
      steer(services, id, {
        waiting: (waiting) => changeScalingOfWaiting(services, waiting, { change, dryRun }),
        running: (running) => changeScaling(services, running, { change, dryRun }),
      }),
    toResult: ({ accepted, text }) => ({ accepted, text }),
  });
  addSteering(api, services, {
    method: 'POST',
    path: 'resize',
    operationId: 'resize',
    summary: 'Give it this size; locked from then on, until its mode is auto again',
    body: partialAllocation.refine((sizes) => Object.keys(sizes).length > 0, 'expected a size'),
    answer: resized,
    steer: (id, sizes: Sizes['sizes'], dryRun): Promise<Resize> =>
      steer(services, id, {
        waiting: (waiting) => resizeWaiting(services, waiting, { sizes, dryRun }),
        running: (running) => resize(services, running, { sizes, dryRun }),
      }),
    toResult: ({ state, text }) => ({ accepted: state !== 'refused', text }),
  });
  addSteering(api, services, {
    method: 'POST',
    path: 'hints',
    operationId: 'hint',
    summary: 'Say what it will need, as the program could itself',
    body: hintBody,
    answer: hinted,
    steer: (id, wants: Wants, dryRun): Promise<Hinted> =>
      steer(services, id, {
        waiting: (waiting) => hintWaiting(services, waiting, { wants, dryRun }),
        running: (running) => hint(running, { wants, dryRun }),
      }),
    toResult: ({ accepted, reason }) => ({ accepted, text: reason }),
  });
}

type Steering<Body, Result extends object> = {
  readonly method: 'PATCH' | 'POST';
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly body: z.ZodType;
  readonly answer: z.ZodType;
  readonly steer: (id: string, body: Body, dryRun: boolean) => Promise<Result>;
  /** What is told of it among many. */
  readonly toResult: (result: Result) => { readonly accepted: boolean; readonly text: string };
};

/** All of them have one form: of one's own execution, with a dry run, answered with what it does. */
function addSteering<Body, Result extends object>(
  api: Api,
  services: Services,
  route: Steering<Body, Result>,
): void {
  const { method, path, operationId, summary } = route;
  api.route({
    method,
    url: `/v1/executions/:id/${path}`,
    config: { scope: 'steer' },
    schema: {
      operationId,
      tags: TAGS,
      summary,
      params: idParams,
      querystring: dryQuery,
      body: route.body,
      response: { 200: route.answer, ...PROBLEMS },
    },
    async handler({ params, query, body, caller }) {
      const { id } = ownExecution(services, caller, params.id);
      const isDry = query.dryRun === 'true';
      return { dryRun: isDry, ...(await route.steer(id, body as Body, isDry)) };
    },
  });
  api.route({
    method,
    url: `/v1/executions/${path}`,
    config: { scope: 'steer' },
    schema: {
      operationId: `${operationId}OfMany`,
      tags: TAGS,
      summary: 'The same for all that wait or run with these labels',
      querystring: z.strictObject({ label: labelQuery, dryRun }),
      body: route.body,
      response: { 200: bulk, ...PROBLEMS },
    },
    async handler({ query, body, caller }) {
      const isDry = query.dryRun === 'true';
      const results = [];
      for (const id of withLabels(services, caller, query.label))
        results.push({ id, ...(await attempt(route, id, { body: body as Body, isDry })) });
      return { dryRun: isDry, results };
    },
  });
}

function withLabels(
  { store }: Services,
  { tenant }: Pick<Caller, 'tenant'>,
  query: z.output<typeof labelQuery>,
): readonly string[] {
  const labels = labelsOf(query);
  if (Object.keys(labels).length === 0)
    throw new LimberError('request-invalid', { problem: 'label: expected at least one' });
  return (['running', 'queued'] as const)
    .flatMap((state) => store.list({ tenant, labels, state, limit: MOST_AT_ONCE }))
    .map(({ id }) => id);
}

/** One that ends meanwhile is no reason not to change the others. */
async function attempt<Body, Result extends object>(
  { steer: change, toResult }: Steering<Body, Result>,
  id: string,
  { body, isDry }: { readonly body: Body; readonly isDry: boolean },
) {
  try {
    return toResult(await change(id, body, isDry));
  } catch (error) {
    if (error instanceof LimberError) return { accepted: false, text: error.message };
    throw error;
  }
}
