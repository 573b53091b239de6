import { describe } from '#model/errors.ts';
import type { Engine } from './engine.ts';

/** Removes what killed controllers left behind, and says so: one line per run. */
export async function sweep({ runtime, ledger, store }: Engine): Promise<readonly string[]> {
  const swept = await runtime.sweep();
  for (const { id } of swept) {
    store.markLost(id, describe('controller-lost', { id }));
    ledger.release(id);
  }
  for (const id of ledger.reap()) ledger.release(id);
  return swept.map(
    ({ id, controllerPid }) => `limber: ${describe('cleaned-up', { id, pid: controllerPid })}`,
  );
}
