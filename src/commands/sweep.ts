import { existsSync, rmSync } from 'node:fs';
import { machinesFolder } from '#config/paths.ts';
import { describe } from '#model/errors.ts';
import { isAlive } from '#record/controller-process.ts';
import { stateFolderOf } from '#runtimes/process/instance-folders.ts';
import { removeDeadControls } from './control/remove-dead.ts';
import { controlPath } from './control/server.ts';
import type { Engine } from './engine.ts';

const MOST_RUNNING = 1000;

/** Removes what killed controllers left behind, and says so: one line per run. */
export async function sweep(engine: Engine): Promise<readonly string[]> {
  const { runtime, ledger, store, paths } = engine;
  const swept = await runtime.sweep();
  await removeDeadControls(paths.runtime);
  // What a server started goes on without it: the next one adopts it.
  const orphans = new Set((await runtime.orphans()).map(({ id }) => id));
  const isLeft = (id: string) => orphans.has(id) || isOnThisMachine(paths.runtime, id);
  for (const { id } of swept) {
    // Also one that is so young that its controller could still be about to listen.
    rmSync(controlPath(paths.runtime, id), { force: true });
    store.markLost(id, describe('controller-lost', { id }));
    ledger.release(id);
  }
  for (const id of ledger.reap()) if (!isLeft(id)) ledger.release(id);
  for (const run of store.list({ limit: MOST_RUNNING, running: true })) {
    // Its controller released the instance and died before it could say how the run ended.
    if (!isAlive(run) && !isLeft(run.id))
      store.markLost(run.id, describe('controller-lost', { id: run.id }));
  }
  return swept.map(
    ({ id, controllerPid }) => `limber: ${describe('cleaned-up', { id, pid: controllerPid })}`,
  );
}

/** An instance of another kind, which this runtime knows nothing of: its own looks after it. */
function isOnThisMachine(runtimeFolder: string, id: string): boolean {
  const folders = [runtimeFolder, machinesFolder(runtimeFolder)];
  return folders.some((folder) => existsSync(stateFolderOf(folder, id)));
}
