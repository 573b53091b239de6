import type { PreparedRun } from '#loop/run-execution.ts';
import { keepAccepted, readAccepted } from '../executions/accepted.ts';
import { prepareExecution } from '../executions/prepare.ts';
import type { ExecutionRequest, Scaling } from '../executions/request.ts';
import { newEvent } from '../executions/tell.ts';
import type { Services } from '../services.ts';
import type { Waiting } from './steered.ts';

export type Anew = {
  readonly asked: (request: ExecutionRequest) => ExecutionRequest;
  /** What the event of it says; absent: its scaling stays. */
  readonly told?: Scaling;
  readonly dryRun: boolean;
};

/**
 * Prepares one that waits with another request, all of it or nothing: it throws what is wrong with
 * that. Undefined when it is no longer the one that was changed; then nothing was.
 */
export async function prepareAnew(
  services: Services,
  { execution, run: before }: Waiting,
  { asked, told, dryRun }: Anew,
): Promise<PreparedRun | undefined> {
  const { executions, store, bus } = services;
  const { id, tenant } = execution;
  const paths = executions.paths(id);
  const present = readAccepted(paths);
  if (!present) return undefined;
  const request = asked(present);
  const run = await prepareExecution(services, execution, request);
  if (executions.waiting(id)?.run !== before) return undefined;
  if (dryRun) return run;
  keepAccepted(paths, request);
  store.changeScaling(id, request.scaling);
  if (told) bus.publish(newEvent(execution, 'scaling', told));
  executions.changeWaiting({ run, tenant });
  return run;
}
