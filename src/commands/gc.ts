import { existsSync } from 'node:fs';
import type { GcOptions } from '#cli/handlers.ts';
import { machinesFolder, resolvePaths } from '#config/paths.ts';
import { describe } from '#model/errors.ts';
import type { RunnableKind } from '#model/execution.ts';
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
export async function collectGarbage(options: GcOptions, env: Environment): Promise<number> {
  const { json, dryRun, runtime } = options;
  const kinds = runtime === undefined ? kindsHere(env) : [runtime];
  const left: Leftover[] = [];
  for (const kind of kinds) left.push(...(await collect(kind, options, env)));
  process.stdout.write(json ? `${JSON.stringify(left)}\n` : gcText(left, dryRun));
  return 0;
}

/** Machines leave their folder where there were any. */
function kindsHere(env: Environment): readonly RunnableKind[] {
  const { runtime } = resolvePaths({ env, uid: process.getuid?.() ?? 0 });
  return existsSync(machinesFolder(runtime)) ? ['process', 'microvm'] : ['process'];
}

async function collect(
  kind: RunnableKind,
  { dryRun, orphans }: GcOptions,
  env: Environment,
): Promise<readonly Leftover[]> {
  const engine = await openEngineFor(kind, env);
  try {
    const ended = await engine.runtime.leftovers();
    const running = orphans ? await engine.runtime.orphans() : [];
    if (!dryRun) await sweep(engine);
    if (!dryRun) for (const { id } of running) await endOrphan(engine, id);
    return [...ended, ...running.map((one) => ({ ...one, orphan: true as const }))];
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
