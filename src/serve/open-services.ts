import { mkdirSync } from 'node:fs';
import { totalmem } from 'node:os';
import { mapAllocation } from '#model/allocation.ts';
import { readAside } from '#analyze/aside/read-aside.ts';
import { closeEngine, type Engine, type Environment } from '#commands/engine.ts';
import { openEngineFor } from '#commands/open-engine.ts';
import type { RunnableKind } from '#model/execution.ts';
import { newExecutionId } from '#commands/prepare-run.ts';
import { sweep } from '#commands/sweep.ts';
import { lowMemoryBytesOf } from '#config/node-memory.ts';
import { openServiceStore } from '#record/service/service-store.ts';
import { KeptArchives } from './archives/kept-archives.ts';
import { checkDefaultPolicy } from './check-default-policy.ts';
import { EventBus } from './events/bus.ts';
import { Executions } from './executions/executions.ts';
import { acceptedFolder, archivesFolder, executionsFolder } from './executions/paths.ts';
import { takeOver } from './executions/take-over.ts';
import { lockHome } from './own-lock.ts';
import { NodeHistory, type Using } from './node/history.ts';
import type { Services } from './services.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import { openReserve } from './warm/reserve.ts';
import { WarmPool } from './warm/pool.ts';

const FORGET_EVERY_MS = 60_000;
const GIVEN_UP_AT = 2;

export type Warn = (problem: string, id?: string) => void;

/** Everything that the server serves, wired together, with what a former server left taken over. */
export async function openServices(
  env: Environment,
  warn: Warn,
  runtime: RunnableKind = 'process',
): Promise<Services & { readonly close: () => Promise<void> }> {
  const opened = await openEngineFor(runtime, env);
  const unlock = lockHome(opened.paths.home);
  const warm = openWarmPool(opened, warn);
  const reader = readAside();
  const engine = { ...opened, reader, runtime: { ...opened.runtime, launch: warm.launch } };
  mkdirSync(executionsFolder(engine.paths.home), { recursive: true, mode: 0o700 });
  mkdirSync(acceptedFolder(engine.paths.runtime), { recursive: true, mode: 0o700 });
  const store = openServiceStore(engine.paths.home);
  store.check();
  engine.store.check();
  checkDefaultPolicy(engine.config.policy, store, env);
  const bus = new EventBus(store, (error) => warn(String(error)));
  const { maxArchiveBytes, keptArchiveBytes } = engine.config.serve;
  const archives = new KeptArchives(archivesFolder(engine.paths.home), {
    mostBytes: maxArchiveBytes,
    mostKeptBytes: keptArchiveBytes,
  });
  const around = { engine, store, bus, warm, warn, archives };
  const webhooks = new Webhooks({ store, bus, settings: engine.config.serve.webhooks, warn });
  const executions = new Executions(around);
  // Before anything is told or forgotten: it goes on behind the last event that it saw.
  webhooks.start();
  await takeOver(around, executions);
  for (const text of await sweep(engine)) warn(text);
  const history = openHistory(engine, executions, warn);
  const [startedAtMs, startedMs] = [Date.now(), performance.now()];
  const forgetOld = () => {
    // A clock that is set forward makes nothing older.
    const nowMs = Math.min(Date.now(), startedAtMs + performance.now() - startedMs);
    void executions.forgetOld(nowMs).catch((error: unknown) => warn(String(error)));
    try {
      archives.forgetOld(nowMs - engine.config.serve.keepMs);
      webhooks.forgetOld(nowMs - engine.config.serve.keepMs);
    } catch (error) {
      warn(String(error));
    }
  };
  const everyMs = Math.min(FORGET_EVERY_MS, engine.config.serve.keepMs);
  const forget = setInterval(forgetOld, everyMs).unref();
  return {
    engine,
    store,
    bus,
    executions,
    archives,
    webhooks,
    warm,
    history,
    async close() {
      clearInterval(forget);
      history.stop();
      executions.stop();
      webhooks.stop();
      await Promise.all([warm.close(), reader.close()]);
      bus.close();
      store.close();
      closeEngine(engine);
      unlock();
    },
  };
}

function openHistory({ ledger }: Engine, executions: Executions, warn: Warn): NodeHistory {
  const allocated = () => {
    const { capacity, free } = ledger.snapshot();
    return mapAllocation((key) => capacity[key] - free[key]);
  };
  const using = () =>
    [...executions.running].flatMap(({ tenant, running }): Using[] =>
      running ? [{ tenant, reading: running.instance.reading }] : [],
    );
  return new NodeHistory({ allocated, using, warn }).start();
}

function openWarmPool({ runtime, config, ledger, nodeMemory }: Engine, warn: Warn): WarmPool {
  const lowBytes = config.node.lowMemoryBytes ?? lowMemoryBytesOf(totalmem());
  return new WarmPool({
    runtime,
    limits: config.serve.warm,
    reserve: openReserve(ledger),
    newId: () => `w${newExecutionId()}`,
    // Given up well before anything that runs has to give way.
    isScarce: () => ledger.isScarce() || nodeMemory.availableBytes() < lowBytes * GIVEN_UP_AT,
    warn,
  });
}
