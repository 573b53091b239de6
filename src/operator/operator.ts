import { readFileSync } from 'node:fs';
import type { Config } from '#config/schema.ts';
import { Controller } from '#loop/controller.ts';
import type { Decision, ResizeState } from '#model/decision.ts';
import { grantedCeilings } from '#runtimes/kubernetes/agent-bounds.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import { cpuCoresOf, memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import { createCaches, startCaches, stopCaches, type Caches, type NodeObject } from './caches.ts';
import { hasEnded } from '#runtimes/kubernetes/pod/end.ts';
import { ClusterBooks } from './cluster-books.ts';
import { onlyRecommends, readSpec, type ElasticPolicy } from './elastic-policy.ts';
import { createEvents } from './events.ts';
import { createEvictor, isHopeless } from './evict.ts';
import { Fleet } from './fleet.ts';
import { Grants } from './grants.ts';
import { keyOf } from './informer.ts';
import { requestedOf } from './kept-form.ts';
import { limitWrites } from './limited-client.ts';
import { withoutRates } from './member.ts';
import { toldDecision, withDecision, type ToldDecision } from './policy-status.ts';
import { reconcile, subjectOf } from './reconcile.ts';
import { isRunning } from './workload.ts';
import { WorkQueue } from './work-queue.ts';

/** A status is written at most this often. */
const STATUS_EVERY_MS = 1_000;
/** What no event tells is looked at again; costs no request while nothing has changed. */
const LOOK_AGAIN_MS = 20_000;
const WORKERS = 4;
const WRITES = { perSecond: 50, burst: 100 };

export type OperatorOptions = {
  readonly client: Client;
  readonly config: Config;
  /** All of them where absent. */
  readonly namespace?: string | undefined;
  readonly probesFolder: string;
  /** Nodes have agents, who may raise memory limits before this operator does. */
  readonly grantsToAgents?: boolean;
  readonly log: (text: string) => void;
  readonly onResized?: (state: ResizeState) => void;
};

/** Looks after every pod that an ElasticPolicy means. Lifecycle: start → close. */
export class Operator {
  readonly #options: OperatorOptions;
  readonly #client: Client;
  readonly #books = new ClusterBooks();
  readonly #controller: Controller;
  readonly #caches: Caches;
  readonly #fleet: Fleet;
  readonly #queue: WorkQueue;
  readonly #decisions = new Map<string, readonly ToldDecision[]>();
  readonly #tell: ReturnType<typeof createEvents>;
  /** Undefined without agents, and at the end. */
  #grants: Grants | undefined;
  readonly #evict: ReturnType<typeof createEvictor>;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OperatorOptions) {
    this.#options = options;
    const { config, log } = options;
    this.#client = limitWrites(options.client, WRITES);
    const tellProblem = (error: unknown): void => log(String(error));
    this.#tell = createEvents(this.#client, tellProblem);
    this.#evict = createEvictor(this.#client);
    this.#controller = new Controller({
      ledger: this.#books,
      claims: this.#books,
      intervals: config.sampling,
      trend: config.predictive,
      cpuUsecOfAll: () => -1,
      clock: () => performance.now(),
    });
    this.#caches = createCaches(options.client, options.namespace, {
      onPolicy: (change) => this.#policyChanged(change),
      onPod: (change) => this.#podChanged(change),
      onNode: (change) => this.#nodeChanged(change),
      onOther: (namespace) => this.#lookAt(namespace),
    });
    this.#fleet = new Fleet(
      {
        client: this.#client,
        controller: this.#controller,
        books: this.#books,
        config,
        lookScript: readFileSync(`${options.probesFolder}/pod/look.sh`, 'utf8'),
      },
      {
        onDecision: (key, pod, container, decision) =>
          this.#decided({ key, pod, container, decision }),
        onProblem: (key, pod, problem) => log(`${key}: ${pod.metadata.name}: ${problem}`),
        onMembers: ({ metadata: { namespace = '', name } }) => {
          const pod = this.#caches.pods.get(namespace, name);
          if (!pod || hasEnded(pod)) return;
          this.#holdRest(pod);
          this.#grants?.look(pod);
        },
      },
    );
    if (options.grantsToAgents)
      this.#grants = new Grants({
        client: this.#client,
        ceilingsOf: (pod) => this.#fleet.ceilingsOf(pod),
        onProblem: ({ metadata }, error) => log(`${keyOf(metadata)}: ${String(error)}`),
      });
    const context = {
      client: this.#client,
      caches: this.#caches,
      fleet: this.#fleet,
      decisions: this.#decisions,
      written: new Map<string, string>(),
      tell: this.#tell,
    };
    this.#queue = new WorkQueue({
      work: (key) => reconcile(context, key),
      onProblem: (key, error) => log(`${key}: ${String(error)}`),
      leastBetweenMs: STATUS_EVERY_MS,
      workers: WORKERS,
    });
  }

  get size(): number {
    return this.#fleet.size;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  async start(): Promise<void> {
    await startCaches(this.#caches, this.#options.namespace);
    this.#timer = setInterval(() => this.#lookAtAll(), LOOK_AGAIN_MS);
  }

  /** Containers keep what they have. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    stopCaches(this.#caches);
    this.#queue.stop();
    this.#controller.stop();
    this.#grants?.close();
    this.#grants = undefined;
    await this.#fleet.close();
  }

  #policyChanged({ now, before }: { now?: ElasticPolicy; before?: ElasticPolicy }): void {
    const policy = now ?? before;
    // Its status is what this operator itself writes.
    if (!policy || (now && before && now.metadata.generation === before.metadata.generation))
      return;
    if (now) return this.#queue.add(keyOf(policy.metadata));
    const key = keyOf(policy.metadata);
    this.#decisions.delete(key);
    this.#queue.add(key);
    // Its pods may be another's now.
    this.#lookAt(policy.metadata.namespace ?? '');
  }

  #podChanged({ now, before }: { now?: Pod; before?: Pod }): void {
    const pod = now ?? before!;
    const uid = pod.metadata.uid ?? '';
    if (now) this.#fleet.observe(now);
    if (now && !hasEnded(now)) this.#holdRest(now);
    else this.#books.release(uid);
    if (!now) this.#grants?.forget(pod);
    if (!now || !before || standingOf(now) !== standingOf(before))
      this.#lookAt(pod.metadata.namespace ?? '');
  }

  /** What the containers of a pod hold that are not resized. */
  #holdRest(pod: Pod): void {
    const { nodeName } = pod.spec;
    const { uid = '' } = pod.metadata;
    if (nodeName === undefined) return;
    let [cpuCores, memoryBytes] = [0, 0];
    for (const { name, resources } of pod.spec.containers) {
      if (this.#fleet.has(`${uid}/${name}`)) continue;
      const requested = requestedOf(resources);
      cpuCores += requested.cpuCores;
      memoryBytes += requested.memoryBytes;
    }
    this.#books.hold(uid, nodeName, withoutRates({ cpuCores, memoryBytes }));
  }

  #nodeChanged({ now, before }: { now?: NodeObject; before?: NodeObject }): void {
    const { name } = (now ?? before!).metadata;
    if (!now) return this.#books.removeNode(name);
    const { cpu = '0', memory = '0' } = now.status?.allocatable ?? {};
    const capacity = { cpuCores: cpuCoresOf(cpu), memoryBytes: memoryBytesOf(memory) };
    this.#books.setNode(name, withoutRates(capacity));
  }

  #lookAt(namespace: string): void {
    for (const { metadata } of this.#caches.policies.in(namespace))
      this.#queue.add(keyOf(metadata));
  }

  #lookAtAll(): void {
    for (const { metadata } of this.#caches.policies.all()) this.#queue.add(keyOf(metadata));
    // A former operator may have granted what no policy means any more.
    for (const pod of this.#caches.pods.all()) if (isGranted(pod)) this.#grants?.look(pod);
  }

  #decided({ key, pod, container, decision }: Decided): void {
    const told = toldDecision(pod.metadata.name, container, decision);
    this.#decisions.set(key, withDecision(this.#decisions.get(key) ?? [], told));
    this.#queue.add(key);
    const policy = this.#policy(key);
    if (!policy) return;
    if (!this.#isWatched(policy)) this.#options.onResized?.(decision.outcome.state);
    const { from, to, state, message } = told;
    const text = `${container}: CPU ${from.cpu} → ${to.cpu}, memory ${from.memory} → ${to.memory}: ${message}`;
    if (state === 'applied') {
      const resized = { type: 'Normal', reason: 'Resized' } as const;
      this.#tell({ ...pod, apiVersion: 'v1', kind: 'Pod' }, { ...resized, text });
      this.#tell(subjectOf(policy), { ...resized, text: `${pod.metadata.name}: ${text}` });
    } else if (!this.#isWatched(policy))
      this.#tell(subjectOf(policy), { type: 'Warning', reason: 'ResizeRefused', text });
    if (isHopeless(decision)) void this.#recreate(key, policy, pod);
  }

  async #recreate(key: string, policy: ElasticPolicy, pod: Pod): Promise<void> {
    const read = readSpec(policy);
    if (!('spec' in read) || read.spec.updateMode !== 'InPlaceOrRecreate' || !isRunning(pod))
      return;
    try {
      if (!(await this.#evict(key, pod))) return;
      const text = `${pod.metadata.name}: its node cannot resize it; the next one may find another node`;
      this.#tell(subjectOf(policy), { type: 'Normal', reason: 'Evicted', text });
    } catch (error) {
      this.#options.log(`${key}: ${String(error)}`);
    }
  }

  #isWatched(policy: ElasticPolicy): boolean {
    const read = readSpec(policy);
    return 'spec' in read && onlyRecommends(read.spec);
  }

  #policy(key: string): ElasticPolicy | undefined {
    const [namespace = '', name = ''] = key.split('/');
    return this.#caches.policies.get(namespace, name);
  }
}

type Decided = {
  readonly key: string;
  readonly pod: Pod;
  readonly container: string;
  readonly decision: Decision;
};

function isGranted(pod: Pod): boolean {
  return Object.keys(grantedCeilings(pod)).length > 0;
}

/** What decides whether a pod is a policy's, and which of its containers can be resized. */
function standingOf({ metadata, status }: Pod): string {
  const running = (status?.containerStatuses ?? []).map(({ name, state }) => [
    name,
    state?.running !== undefined,
  ]);
  const { deletionTimestamp, labels } = metadata;
  return JSON.stringify([status?.phase, deletionTimestamp, labels, running]);
}
