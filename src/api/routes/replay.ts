import type { Config } from '#config/schema.ts';
import { LiveSettings } from '#decide/live-settings.ts';
import { LimberError } from '#model/errors.ts';
import { resolveScaling } from '#serve/executions/scaling.ts';
import { replayAside } from '#serve/replay/replay-aside.ts';
import type { Asked } from '#serve/replay/replayed.ts';
import type { Services } from '#serve/services.ts';
import { ownExecution } from '../own-execution.ts';
import { idParams, PROBLEMS } from '../schemas/common.ts';
import { replayBody, replayed } from '../schemas/replay.ts';
import type { Api } from '../server.ts';

/** What another policy would have done with a run that was recorded. */
export function addReplayRoutes(api: Api, services: Services): void {
  const { engine, store } = services;
  api.post(
    '/v1/executions/:id/replay',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'replay',
        tags: ['executions'],
        summary: 'Put its record through other policies, without running it again',
        params: idParams,
        body: replayBody,
        response: { 200: replayed, ...PROBLEMS },
      },
    },
    async ({ params, body, caller }) => {
      const { id } = ownExecution(services, caller, params.id);
      const asked = body.policies.map(({ policy: name, settings = {} }): Asked => {
        const resolved = resolveScaling(store, engine.config, caller.tenant, {
          policy: name,
          settings,
        });
        mustMakeSense(engine.config, resolved.settings);
        return { name, policy: resolved.policy, settings: resolved.settings };
      });
      return { curves: await replayAside({ ...recordOf(services, id), asked }) };
    },
  );
}

/** Throws `settings-invalid`: here it is told at once and in full. */
function mustMakeSense(config: Config, settings: Readonly<Record<string, string>>): void {
  new LiveSettings(config).change(settings);
}

function recordOf({ engine, store }: Services, id: string) {
  const timeline = store.find(id)?.startedAtMs === undefined ? [] : engine.store.timeline(id);
  if (timeline.length < 2) throw new LimberError('trace-empty', { id, count: timeline.length });
  const { submission, launched } = engine.store.get(id);
  return {
    id,
    timeline,
    initial: launched?.initial ?? timeline[0]!.allocation,
    constraints: { ...submission.constraints, mode: 'auto' as const },
    capacity: engine.capacity,
    config: engine.config,
  };
}
