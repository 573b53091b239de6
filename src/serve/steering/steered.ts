import { setTimeout as sleep } from 'node:timers/promises';
import type { Managed } from '#loop/managed.ts';
import { LimberError } from '#model/errors.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { LiveRun } from '../executions/live-run.ts';
import type { WaitingRun } from '../executions/waiting.ts';
import type { Services } from '../services.ts';

export type Running = {
  readonly execution: ServiceExecution;
  readonly live: LiveRun;
  readonly managed: Managed;
};

export type Waiting = WaitingRun & { readonly execution: ServiceExecution };

/** A sandbox is made within some ten milliseconds; nobody is told that it cannot be steered for that. */
const STARTING_MS = 10_000;
const LOOK_MS = 5;

/** How one that waits, and one that runs, is steered; undefined: it is no longer what it was. */
export type Ways<Result> = {
  readonly waiting: (waiting: Waiting) => Promise<Result | undefined>;
  readonly running: (running: Running) => Promise<Result> | Result;
};

/** Whatever state it is in, until it has ended: then it throws `not-running`. */
export async function steer<Result>(
  services: Services,
  id: string,
  { waiting, running }: Ways<Result>,
): Promise<Result> {
  const endMs = performance.now() + STARTING_MS;
  for (;;) {
    const execution = services.store.find(id);
    const waits = services.executions.waiting(id);
    const result = execution && waits && (await waiting({ ...waits, execution }));
    if (result) return result;
    const live = services.executions.live(id);
    const managed = live?.running?.managed;
    if (execution && live && managed && execution.state === 'running')
      return running({ execution, live, managed });
    if (!execution || execution.state === 'ended' || performance.now() > endMs)
      throw new LimberError('not-running', { id, state: execution?.state ?? 'deleted' });
    await sleep(LOOK_MS);
  }
}
