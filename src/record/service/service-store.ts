import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Outcome } from '#model/execution.ts';
import { checkWhole } from '../check-whole.ts';
import { openMigrated } from '../open-migrated.ts';
import { storeUnavailable } from '../sqlite-errors.ts';
import * as deliveries from './deliveries.ts';
import * as documents from './documents.ts';
import * as events from './events.ts';
import * as executions from './executions.ts';
import * as keys from './keys.ts';
import { SERVICE_MIGRATIONS } from './schema.ts';
import * as webhooks from './webhooks.ts';

export type ServiceStore = ReturnType<typeof openServiceStore>;

/**
 * What the service must not forget: who asked for what, what became of it, every event, keys and
 * policies. One file beside the store of runs. Each change is one transaction.
 */
export function openServiceStore(folder: string) {
  const path = join(folder, 'service.sqlite');
  const database = translating(path, () => openMigrated(path, SERVICE_MIGRATIONS));
  const read =
    <Args extends readonly unknown[], Result>(
      run: (database: DatabaseSync, ...args: Args) => Result,
    ) =>
    (...args: Args): Result =>
      translating(path, () => run(database, ...args));
  const write =
    <Args extends readonly unknown[], Result>(
      run: (database: DatabaseSync, ...args: Args) => Result,
    ) =>
    (...args: Args): Result =>
      translating(path, () => inTransaction(database, () => run(database, ...args)));

  return {
    insert: write(insertWithEvents),
    append: write(events.appendEvents),
    markRunning: write(executions.markRunning),
    changeScaling: write(executions.changeScaling),
    end: write(endWithEvents),
    find: read(executions.findExecution),
    findByKey: read(executions.findByKey),
    list: read(executions.listExecutions),
    endedBefore: read(executions.endedBefore),
    remove: write(executions.removeExecution),
    eventsAfter: read(events.eventsAfter),
    lastSequence: read(events.lastSequence),
    insertKey: write(keys.insertKey),
    findKey: read(keys.findKey),
    listKeys: read(keys.listKeys),
    revokeKey: write(keys.revokeKey),
    findDocument: read(documents.findDocument),
    hasDocumentNamed: read(documents.hasDocumentNamed),
    listDocuments: read(documents.listDocuments),
    putDocument: write(documents.putDocument),
    removeDocument: write(documents.removeDocument),
    insertWebhook: write(webhooks.insertWebhook),
    listWebhooks: read(webhooks.listWebhooks),
    findWebhook: read(webhooks.findWebhook),
    changeWebhook: write(webhooks.changeWebhook),
    removeWebhook: write(webhooks.removeWebhook),
    enqueueDeliveries: write(deliveries.enqueueDeliveries),
    dueDeliveries: read(deliveries.dueDeliveries),
    nextDueMs: read(deliveries.nextDueMs),
    listDeliveries: read(deliveries.listDeliveries),
    countDeliveries: read(deliveries.countDeliveries),
    removeDelivery: write(deliveries.removeDelivery),
    postponeDelivery: write(deliveries.postponeDelivery),
    redeliver: write(deliveries.redeliver),
    forgetDead: write(deliveries.forgetDead),
    /** Throws `store-damaged`. */
    check: () => checkWhole(database, path),
    close: () => database.close(),
  };
}

function insertWithEvents(
  database: DatabaseSync,
  execution: executions.NewExecution,
  more: readonly events.NewEvent[],
): readonly events.ServiceEvent[] {
  executions.insertExecution(database, execution);
  return events.appendEvents(database, more);
}

export type Ending = {
  readonly atMs: number;
  readonly outcome: Outcome;
  readonly result: executions.EndedResult;
};

/** The outcome and the event that tells it, both or neither; undefined when it had ended before. */
function endWithEvents(
  database: DatabaseSync,
  id: string,
  ending: Ending,
  more: readonly events.NewEvent[],
): readonly events.ServiceEvent[] | undefined {
  if (!executions.markEnded(database, id, ending)) return undefined;
  return events.appendEvents(database, more);
}

function inTransaction<Result>(database: DatabaseSync, run: () => Result): Result {
  database.prepare('BEGIN IMMEDIATE').run();
  try {
    const result = run();
    database.prepare('COMMIT').run();
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function translating<Result>(path: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw storeUnavailable(path, error);
  }
}
