import { LimberError } from '#model/errors.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { Caller } from '#serve/keys/keys.ts';
import type { LiveRun } from '#serve/executions/live-run.ts';
import type { Services } from '#serve/services.ts';

/** Of another tenant is as good as none: not even that it is there is told. */
export function ownExecution(
  { store }: Services,
  { tenant }: Pick<Caller, 'tenant'>,
  id: string,
): ServiceExecution {
  const execution = store.find(id);
  if (execution?.tenant === tenant) return execution;
  throw new LimberError('execution-unknown', { id, hint: '' });
}

export type Running = NonNullable<LiveRun['running']>;

/** Throws `not-running` for one that waits or has ended. */
export function runningExecution(
  services: Services,
  caller: Pick<Caller, 'tenant'>,
  id: string,
): { readonly execution: ServiceExecution; readonly running: Running } {
  const execution = ownExecution(services, caller, id);
  const running = services.executions.live(id)?.running;
  if (!running) throw new LimberError('not-running', { id, state: execution.state });
  return { execution, running };
}
