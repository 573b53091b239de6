import { rmSync } from 'node:fs';
import { newExecutionId } from '#commands/prepare-run.ts';
import type { PreparedRun } from '#loop/run-execution.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { KeptArchives } from '../archives/kept-archives.ts';
import { unpackGiven } from '../archives/unpack-given.ts';
import { forgetAccepted, keepAccepted, makeFolders } from './accepted.ts';
import type { Surroundings } from './carry-out.ts';
import type { Idempotency } from './once.ts';
import { pathsOf } from './paths.ts';
import { prepareExecution } from './prepare.ts';
import type { ExecutionRequest } from './request.ts';
import { newEvent } from './tell.ts';

export type Accepting = Surroundings & { readonly archives: KeptArchives };

export type Submitted = {
  readonly tenant: string;
  readonly request: ExecutionRequest;
  /** What is remembered of the request: no values of its environment. */
  readonly remembered: unknown;
  readonly idempotency?: Idempotency;
};

/**
 * Its folders, its files and its first event: from then on it exists. Nothing of it is left when
 * anything is wrong with it. `makeRoom` is asked before that for a place in the queue.
 */
export async function acceptExecution(
  around: Accepting,
  { tenant, request, remembered, idempotency }: Submitted,
  makeRoom: (run: PreparedRun) => void,
): Promise<{ readonly execution: ServiceExecution; readonly run: PreparedRun }> {
  const { engine, store, bus } = around;
  const id = newExecutionId();
  const paths = pathsOf(engine.paths, id);
  const execution = { id, tenant, createdAtMs: Date.now() };
  try {
    const run = await prepareGiven(around, execution, request);
    makeRoom(run);
    keepAccepted(paths, request);
    bus.begin(
      {
        ...execution,
        request: remembered,
        labels: request.labels,
        scaling: request.scaling,
        ...(idempotency && {
          idempotencyKey: idempotency.key,
          idempotencyDigest: idempotency.digest,
        }),
      },
      [newEvent(execution, 'state', { state: 'queued' })],
    );
    return { execution: store.find(id)!, run };
  } catch (error) {
    forgetGiven(around, id);
    throw error;
  }
}

/** The same up to where it would exist; nothing of it is left. */
export async function prepareOnly(
  around: Accepting,
  { tenant, request }: Pick<Submitted, 'tenant' | 'request'>,
): Promise<PreparedRun> {
  const id = newExecutionId();
  try {
    return await prepareGiven(around, { id, tenant }, request);
  } finally {
    forgetGiven(around, id);
  }
}

async function prepareGiven(
  around: Accepting,
  execution: Pick<ServiceExecution, 'id' | 'tenant'>,
  request: ExecutionRequest,
): Promise<PreparedRun> {
  const { engine } = around;
  const { id, tenant } = execution;
  const paths = pathsOf(engine.paths, id);
  makeFolders(paths, engine.store.logFolder(id), request);
  await unpackGiven(around, { tenant, archive: request.archive, paths });
  return prepareExecution(around, execution, request);
}

function forgetGiven({ engine }: Accepting, id: string): void {
  const paths = pathsOf(engine.paths, id);
  rmSync(paths.folder, { recursive: true, force: true });
  rmSync(engine.store.logFolder(id), { force: true });
  forgetAccepted(paths);
}
