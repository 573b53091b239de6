import type { GcOptions } from '#cli/handlers.ts';
import { describe } from '#model/errors.ts';
import { closeEngine, type Engine, type Environment } from './engine.ts';
import { openEngineFor } from './open-engine.ts';
import { sweep } from './sweep.ts';

type Leftover = {
  readonly id: string;
  readonly controllerPid: number;
  /** It still ran, for the next server to take over. */
  readonly orphan?: true;
};

/** `limber gc`: what every run does at its start, on its own; with `orphans`, more than that. */
export async function collectGarbage(
  { dryRun, orphans, json, runtime }: GcOptions,
  env: Environment,
): Promise<number> {
  const engine = await openEngineFor(runtime, env);
  try {
    const ended = await engine.runtime.leftovers();
    const running = orphans ? await engine.runtime.orphans() : [];
    if (!dryRun) await sweep(engine);
    if (!dryRun) for (const { id } of running) await endOrphan(engine, id);
    const left = [...ended, ...running.map((one) => ({ ...one, orphan: true as const }))];
    process.stdout.write(json ? `${JSON.stringify(left)}\n` : gcText(left, dryRun));
    return 0;
  } finally {
    closeEngine(engine);
  }
}

/** Its server, if there is ever one again, finds that it is lost. */
async function endOrphan({ runtime, ledger, store }: Engine, id: string): Promise<void> {
  await runtime.discard(id);
  ledger.release(id);
  store.markLost(id, describe('controller-lost', { id }));
}

function gcText(left: readonly Leftover[], dryRun: boolean): string {
  if (left.length === 0) return 'Nothing to clean up.\n';
  return left.map((one) => `${lineOf(one, dryRun)}\n`).join('');
}

function lineOf({ id, controllerPid, orphan }: Leftover, dryRun: boolean): string {
  const verbs = orphan ? ['would end', 'ended'] : ['would clean up', 'cleaned up'];
  const what = orphan ? 'which went on without its server,' : 'of';
  return `${dryRun ? verbs[0] : verbs[1]} run ${id} ${what} process ${controllerPid}, which is gone`;
}
