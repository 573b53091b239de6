import { LimberError } from '#model/errors.ts';
import { GROUP, VERSION } from '#operator/elastic-policy.ts';
import { createEvents } from '#operator/events.ts';
import { Informer, keyOf } from '#operator/informer.ts';
import { WorkQueue } from '#operator/work-queue.ts';
import type { ServiceExecution } from '#record/service/executions.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import { ifThere } from '#runtimes/kubernetes/api/failure.ts';
import type { Services } from '#serve/services.ts';
import { digestOf, toRemembered, toRequest } from '../execution-request.ts';
import {
  keptMs,
  OBJECT_LABEL,
  PLURAL,
  readObject,
  type ExecutionObject,
  type ExecutionStatus,
} from './execution-object.ts';
import { newsOf, refused, statusOf } from './execution-status.ts';

/** A status is written at most this often. */
const STATUS_EVERY_MS = 1_000;
const WORKERS = 4;
const MOST_LISTED = 10_000;
/** Others have what it needs: it is asked for again. */
const LATER = new Set(['overloaded', 'draining', 'disk-full']);

export type ExecutionObjectsOptions = {
  readonly client: Client;
  readonly services: Services;
  /** The only one that is looked at; all of them where absent. */
  readonly namespace?: string | undefined;
  readonly log: (problem: string, execution?: string) => void;
};

/**
 * Executions that are asked for by objects of a cluster instead of by requests. An object's namespace
 * is its tenant, its uid the key by which it is carried out once, and its end cancels what still runs.
 * Lifecycle: start → close; what runs then goes on.
 */
export class ExecutionObjects {
  readonly #options: ExecutionObjectsOptions;
  readonly #objects: Informer<ExecutionObject>;
  readonly #queue: WorkQueue;
  readonly #tell: ReturnType<typeof createEvents>;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** By the uid of the object: where it is. */
  readonly #keys = new Map<string, string>();
  #unsubscribe: (() => void) | undefined;

  constructor(options: ExecutionObjectsOptions) {
    this.#options = options;
    const { client, namespace } = options;
    this.#tell = createEvents(client, (error) => options.log(String(error)));
    const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
    this.#objects = new Informer<ExecutionObject>({
      client,
      path: `/apis/${GROUP}/${VERSION}${within}/${PLURAL}`,
      onChange: ({ now, before }) => (now ? this.#came(now, before) : this.#went(before!)),
    });
    this.#queue = new WorkQueue({
      work: (key) => this.#reconcile(key),
      onProblem: (key, error) => options.log(`${key}: ${String(error)}`),
      leastBetweenMs: STATUS_EVERY_MS,
      workers: WORKERS,
    });
  }

  async start(): Promise<void> {
    const { bus } = this.#options.services;
    this.#unsubscribe = bus.subscribe({ kinds: ['state', 'decision'] }, (events) => {
      for (const { execution } of events) this.#changed(execution);
    });
    await this.#objects.start();
    this.#cancelForsaken();
  }

  close(): void {
    this.#unsubscribe?.();
    this.#objects.stop();
    this.#queue.stop();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #came(object: ExecutionObject, before: ExecutionObject | undefined): void {
    const { uid = '', generation } = object.metadata;
    const key = keyOf(object.metadata);
    this.#keys.set(uid, key);
    // Its status is what this process itself writes.
    if (before?.metadata.generation === generation && before?.metadata.uid === uid) return;
    if (before && before.metadata.uid !== uid) this.#went(before);
    this.#queue.add(key);
  }

  #went({ metadata }: ExecutionObject): void {
    this.#keys.delete(metadata.uid ?? '');
    this.#queue.forget(keyOf(metadata));
    const { store } = this.#options.services;
    const execution = store.findByKey(metadata.namespace ?? '', metadata.uid ?? '');
    if (execution) this.#options.services.executions.cancel(execution);
  }

  #changed(id: string): void {
    const uid = this.#options.services.store.find(id)?.labels[OBJECT_LABEL];
    const key = uid === undefined ? undefined : this.#keys.get(uid);
    if (key !== undefined) this.#queue.add(key);
  }

  /** Objects that went while nobody looked. */
  #cancelForsaken(): void {
    const { store, executions } = this.#options.services;
    for (const state of ['queued', 'running'] as const)
      for (const execution of store.list({ state, limit: MOST_LISTED })) {
        const uid = execution.labels[OBJECT_LABEL];
        if (uid !== undefined && !this.#keys.has(uid)) executions.cancel(execution);
      }
  }

  async #reconcile(key: string): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const object = this.#objects.get(namespace, name);
    if (!object || object.metadata.deletionTimestamp !== undefined) return;
    const status = await this.#carryOut(object);
    await this.#write(object, status);
    if (status.completionTime !== undefined)
      this.#deleteLater(object, Date.parse(status.completionTime));
  }

  async #carryOut(object: ExecutionObject): Promise<ExecutionStatus> {
    const { services } = this.#options;
    const { namespace: tenant = '', uid = '' } = object.metadata;
    const before = services.store.findByKey(tenant, uid);
    if (before) return statusOf(services, object, before);
    // It ended, and its results have been forgotten since.
    if (object.status?.completionTime !== undefined) return object.status as ExecutionStatus;
    const read = readObject(object);
    if ('problem' in read) return refused(object, read.problem);
    const { maxOutputBytes } = services.engine.config.serve;
    try {
      const submitted = await services.executions.submit({
        tenant,
        request: toRequest(read.body, { outputBytes: maxOutputBytes }),
        remembered: toRemembered(read.body),
        idempotency: { key: uid, digest: digestOf(read.body) },
      });
      return statusOf(services, object, submitted.execution as ServiceExecution);
    } catch (error) {
      if (!(error instanceof LimberError) || LATER.has(error.code)) throw error;
      return refused(object, error.message);
    }
  }

  async #write({ metadata, status: before }: ExecutionObject, status: ExecutionStatus) {
    if (JSON.stringify(before) === JSON.stringify(status)) return;
    const { namespace, name } = metadata;
    const path = `/apis/${GROUP}/${VERSION}/namespaces/${namespace}/${PLURAL}/${name}/status`;
    // A field that is not there any more is taken away.
    const gone = Object.keys(before ?? {}).filter((field) => !Object.hasOwn(status, field));
    const body = {
      status: { ...Object.fromEntries(gone.map((field) => [field, null])), ...status },
    };
    // Deleted meanwhile: there is nothing left to say.
    await ifThere(this.#options.client.request({ verb: 'PATCH', path, body }));
    if (before?.phase === status.phase) return;
    this.#tell({ apiVersion: `${GROUP}/${VERSION}`, kind: 'Execution', metadata }, newsOf(status));
  }

  #deleteLater(object: ExecutionObject, endedMs: number): void {
    const kept = keptMs(object);
    if (kept === undefined) return;
    const { namespace, name, uid } = object.metadata;
    const path = `/apis/${GROUP}/${VERSION}/namespaces/${namespace}/${PLURAL}/${name}`;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        const body = { preconditions: { uid } };
        ifThere(this.#options.client.request({ verb: 'DELETE', path, body })).catch(
          (error: unknown) => this.#options.log(`${namespace}/${name}: ${String(error)}`),
        );
      },
      Math.max(0, endedMs + kept - Date.now()),
    ).unref();
    this.#timers.add(timer);
  }
}
