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
  around: Surroundings & { readonly archives: KeptArchives },
  { tenant, request, remembered, idempotency }: Submitted,
  makeRoom: (run: PreparedRun) => void,
): Promise<{ readonly execution: ServiceExecution; readonly run: PreparedRun }> {
  const { engine, store, bus } = around;
  const id = newExecutionId();
  const paths = pathsOf(engine.paths, id);
  const logFolder = engine.store.logFolder(id);
  const execution = { id, tenant, createdAtMs: Date.now() };
  try {
    makeFolders(paths, logFolder, request);
    await unpackGiven(around, { tenant, archive: request.archive, paths });
    const run = await prepareExecution(around, execution, request);
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
    rmSync(paths.folder, { recursive: true, force: true });
    rmSync(logFolder, { force: true });
    forgetAccepted(paths);
    throw error;
  }
}
