import {
  AGENT_CONDITION,
  askedRatesOf,
  hasAgent,
  ratesInForce,
  ratesText,
  sameRates,
  type PodRates,
} from '#runtimes/kubernetes/agent-bounds.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import { ifThere } from '#runtimes/kubernetes/api/failure.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import { openWatch } from '#runtimes/kubernetes/api/watch.ts';
import { isOver } from '#runtimes/kubernetes/pod/end.ts';
import { LABEL, MAIN } from '#runtimes/kubernetes/pod/names.ts';
import type { CgroupPlace } from './find-cgroup.ts';
import { setPodRates } from './pod-rates.ts';
import { readNodeMemory, WatchedContainer } from './watched-container.ts';

/** 20 times a second: a reading costs 10 µs, and 1 GB/s uses up 50 MB in between. */
const LOOK_EVERY_MS = 50;
/** Rates that could not be set are tried again. */
const TRY_AGAIN_MS = 1_000;

type NodeAgentOptions = {
  readonly client: Client;
  readonly nodeName: string;
  /** Only namespaces whose names begin so: whoever may write into others is no controller of ours. */
  readonly namespacePrefix: string;
  readonly cgroups: CgroupPlace;
  readonly setsRates: boolean;
  readonly log: (text: string) => void;
};

type Watched = {
  readonly container: WatchedContainer;
  /** Set last, or being set. */
  rates?: PodRates | undefined;
  isBusy: boolean;
};

/**
 * Looks after the pods of its node within what annotations grant (docs/decisions/0022): needs the API
 * server to know of them, and not to act. Lifecycle: start → close.
 */
export class NodeAgent {
  readonly #options: NodeAgentOptions;
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #stop = (): void => {};

  constructor(options: NodeAgentOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { client, nodeName } = this.#options;
    this.#stop = await openWatch<Pod>({
      client,
      path: '/api/v1/pods',
      labelSelector: LABEL.execution,
      fieldSelector: `spec.nodeName=${nodeName}`,
      onList: (pods) => {
        const there = new Set(pods.map(({ metadata }) => metadata.uid));
        for (const uid of this.#watched.keys()) if (!there.has(uid)) this.#watched.delete(uid);
        for (const pod of pods) this.#observe(pod);
      },
      onEvent: (type, pod) => {
        if (type === 'DELETED') this.#watched.delete(pod.metadata.uid ?? '');
        else this.#observe(pod);
      },
    });
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** What is in force stays: the controller's own limits are written by the kubelet. */
  close(): void {
    clearInterval(this.#timer);
    this.#stop();
  }

  #observe(pod: Pod): void {
    const { uid = '', namespace = '' } = pod.metadata;
    if (!namespace.startsWith(this.#options.namespacePrefix)) return;
    if (isOver(pod, MAIN)) return void this.#watched.delete(uid);
    const known = this.#watched.get(uid) ?? {
      container: new WatchedContainer(pod, this.#options.cgroups),
      isBusy: false,
    };
    this.#watched.set(uid, known);
    known.container.observe(pod);
    void this.#serve(known);
  }

  #look(): void {
    const nowMs = performance.now();
    for (const watched of this.#watched.values()) {
      const { container } = watched;
      const wasFound = container.isFound;
      const limit = container.look(nowMs, readNodeMemory);
      if (limit !== undefined)
        this.#options.log(`${nameOf(container.pod)}: memory limit ${limit} on the node`);
      if (container.isFound && !wasFound) void this.#serve(watched);
    }
  }

  /** Sets the rates that are asked for, and says in the pod's status that it is looked after. */
  async #serve(watched: Watched): Promise<void> {
    const { container } = watched;
    if (watched.isBusy || !container.isFound) return;
    const asked = this.#options.setsRates ? askedRatesOf(container.pod) : undefined;
    const isDone =
      sameRates(asked, watched.rates) && sameRates(watched.rates, ratesInForce(container.pod));
    if (isDone && hasAgent(container.pod)) return;
    watched.isBusy = true;
    try {
      if (asked && !sameRates(asked, watched.rates)) await this.#setRates(watched, asked);
      await this.#tell(watched);
    } catch (error) {
      this.#options.log(`${nameOf(container.pod)}: ${String(error)}`);
      setTimeout(() => void this.#serve(watched), TRY_AGAIN_MS).unref();
    }
    watched.isBusy = false;
    // What was asked for meanwhile.
    const newest = this.#options.setsRates ? askedRatesOf(container.pod) : undefined;
    if (!sameRates(newest, asked)) void this.#serve(watched);
  }

  async #setRates(watched: Watched, asked: PodRates): Promise<void> {
    const processId = watched.container.processId();
    if (processId === undefined) return;
    await setPodRates(processId, asked);
    watched.rates = asked;
  }

  async #tell({ container, rates }: Watched): Promise<void> {
    const { name, namespace } = container.pod.metadata;
    const message = rates ? ratesText(rates) : '';
    const condition = { type: AGENT_CONDITION, status: 'True', reason: 'LooksAfter', message };
    const told = await ifThere(
      this.#options.client.request<Pod>({
        verb: 'PATCH',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
        patch: 'strategic-merge',
        body: { status: { conditions: [condition] } },
      }),
    );
    if (told) container.observe(told);
  }
}

function nameOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}
