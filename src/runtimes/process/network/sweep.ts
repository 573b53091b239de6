import { explainFailure } from './explain-failure.ts';
import { leasedInstances } from './lease-file.ts';
import { removeInstanceNetwork } from './remove.ts';

export type Swept = {
  readonly removed: readonly string[];
  readonly failed: readonly { readonly instanceId: string; readonly problem: string }[];
};

/**
 * Removes the networks of instances that are gone, after their controller ended without doing so.
 * Only what a lease in this folder names is touched; one that resists does not keep the others.
 */
export async function sweepNetwork(
  runtimeFolder: string,
  isAlive: (instanceId: string) => boolean,
): Promise<Swept> {
  const removed: string[] = [];
  const failed: { instanceId: string; problem: string }[] = [];
  for (const instanceId of leasedInstances(runtimeFolder).filter((id) => !isAlive(id))) {
    try {
      if (await removeInstanceNetwork(runtimeFolder, instanceId)) removed.push(instanceId);
    } catch (error) {
      failed.push({ instanceId, problem: explainFailure(error).message });
    }
  }
  return { removed, failed };
}
