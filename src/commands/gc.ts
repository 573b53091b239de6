import type { GcOptions } from '#cli/handlers.ts';
import { closeEngine, type Environment } from './engine.ts';
import { openEngineFor } from './open-engine.ts';
import { sweep } from './sweep.ts';

/** `limber gc`: what every run does at its start, on its own. */
export async function collectGarbage(
  { dryRun, json, runtime }: GcOptions,
  env: Environment,
): Promise<number> {
  const engine = await openEngineFor(runtime, env);
  try {
    const left = await engine.runtime.leftovers();
    if (!dryRun) await sweep(engine);
    process.stdout.write(json ? `${JSON.stringify(left)}\n` : gcText(left, dryRun));
    return 0;
  } finally {
    closeEngine(engine);
  }
}

type Leftover = { readonly id: string; readonly controllerPid: number };

function gcText(left: readonly Leftover[], dryRun: boolean): string {
  if (left.length === 0) return 'Nothing to clean up.\n';
  const verb = dryRun ? 'would clean up' : 'cleaned up';
  return left
    .map(
      ({ id, controllerPid }) => `${verb} run ${id} of process ${controllerPid}, which is gone\n`,
    )
    .join('');
}
