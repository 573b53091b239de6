import { prepareRun } from '#commands/prepare-run.ts';
import type { PreparedRun } from '#loop/run-execution.ts';
import { ALLOCATION_KEYS } from '#model/allocation.ts';
import { LimberError } from '#model/errors.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { Surroundings } from './carry-out.ts';
import { pathsOf } from './paths.ts';
import type { ExecutionRequest } from './request.ts';
import { launchSettingsOf, runRequestOf } from './run-request.ts';
import { resolveScaling } from './scaling.ts';

/**
 * Everything that the launch of an execution needs; starts nothing and changes nothing. Throws what
 * is wrong with the request, and `never-fits` for one that this node can never run.
 */
export async function prepareExecution(
  { engine, store }: Pick<Surroundings, 'engine' | 'store'>,
  { id, tenant }: Pick<ServiceExecution, 'id' | 'tenant'>,
  request: ExecutionRequest,
): Promise<PreparedRun> {
  const paths = pathsOf(engine.paths, id);
  const asked = resolveScaling(store, engine.config, tenant, request.scaling);
  const { policy, settings, scaling } = asked;
  const runRequest = runRequestOf({ ...request, scaling }, { paths, tenant, policy });
  const run = await prepareRun(engine, runRequest, {
    ...launchSettingsOf(request, { id, paths }),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    settings,
  });
  refuseWhatNeverFits(engine.capacity, run);
  return run;
}

/** It would wait for ever, and everybody behind it. */
function refuseWhatNeverFits(
  capacity: PreparedRun['ceiling'],
  { submission, spec }: PreparedRun,
): void {
  const { constraints, policy } = submission;
  const isFixed = policy === 'static' || constraints.mode === 'locked';
  const needed = isFixed ? spec.initial : constraints.min;
  const key = ALLOCATION_KEYS.find((name) => needed[name] > capacity[name]);
  if (key === undefined || constraints.mode === 'observe' || policy === 'unlimited') return;
  throw new LimberError('never-fits', { key, needed: needed[key], capacity: capacity[key] });
}
