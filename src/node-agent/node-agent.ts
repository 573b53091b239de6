import { writeFileSync } from 'node:fs';
import {
  AGENT_CONDITION,
  askedRatesOf,
  hasAgent,
  ratesInForce,
  ratesText,
  sameRates,
  type Ceilings,
  type PodRates,
} from '#runtimes/kubernetes/agent-bounds.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import { openWatch } from '#runtimes/kubernetes/api/watch.ts';
import { setPodCondition } from '#runtimes/kubernetes/pod/patch.ts';
import { chargeOf, isExecution } from './charge.ts';
import type { CgroupPlace } from './find-cgroup.ts';
import { setPodRates } from './pod-rates.ts';
import { readNodeMemory, WatchedContainer } from './watched-container.ts';

/** 20 times a second: a reading costs 10 µs, and 1 GB/s uses up 50 MB in between. */
const LOOK_EVERY_MS = 50;
/** Rates that could not be set are tried again. */
const TRY_AGAIN_MS = 1_000;
const ALIVE_EVERY_MS = 5_000;

type NodeAgentOptions = {
  readonly client: Client;
  readonly nodeName: string;
  /** Of executions; whoever may write into other namespaces is no controller of ours. */
  readonly namespacePrefix: string;
  readonly cgroups: CgroupPlace;
  readonly setsRates: boolean;
  /** Written while it looks. */
  readonly aliveFile?: string;
  readonly log: (text: string) => void;
};

type Watched = {
  pod: Pod;
  /** Bytes, by container. */
  ceilings: Ceilings;
  /** Its own program's, or those that a policy means. */
  readonly containers: Map<string, WatchedContainer>;
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
  #aliveMs = Number.NEGATIVE_INFINITY;
  #stop = (): void => {};

  constructor(options: NodeAgentOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { client, nodeName } = this.#options;
    this.#stop = await openWatch<Pod>({
      client,
      path: '/api/v1/pods',
      labelSelector: '',
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
    const { uid = '' } = pod.metadata;
    const { namespacePrefix, cgroups } = this.#options;
    const { containers: names, ceilings } = chargeOf(pod, namespacePrefix);
    const known = this.#watched.get(uid);
    for (const [name, container] of known?.containers ?? [])
      if (!names.includes(name)) {
        container.leave();
        known?.containers.delete(name);
      }
    if (names.length === 0) return void this.#watched.delete(uid);
    const watched = known ?? { pod, ceilings, containers: new Map(), isBusy: false };
    Object.assign(watched, { pod, ceilings });
    this.#watched.set(uid, watched);
    for (const name of names) {
      const container = watched.containers.get(name) ?? new WatchedContainer(pod, name, cgroups);
      watched.containers.set(name, container);
      container.observe(pod);
    }
    void this.#serve(watched);
  }

  #look(): void {
    const nowMs = performance.now();
    for (const watched of this.#watched.values())
      for (const container of watched.containers.values()) {
        const wasFound = container.isFound;
        const ceiling = watched.ceilings[container.name];
        const limit = container.look(ceiling, nowMs, readNodeMemory);
        if (limit !== undefined)
          this.#options.log(
            `${nameOf(watched.pod)} ${container.name}: memory limit ${limit} on the node`,
          );
        if (container.isFound && !wasFound) void this.#serve(watched);
      }
    this.#tellAlive(nowMs);
  }

  #tellAlive(nowMs: number): void {
    const { aliveFile } = this.#options;
    if (aliveFile === undefined || nowMs - this.#aliveMs < ALIVE_EVERY_MS) return;
    this.#aliveMs = nowMs;
    writeFileSync(aliveFile, '');
  }

  /** Sets the rates that are asked for, and says in the pod's status that it is looked after. */
  async #serve(watched: Watched): Promise<void> {
    const processId = processOf(watched);
    if (watched.isBusy || processId === undefined) return;
    const asked = this.#askedOf(watched);
    const isDone =
      sameRates(asked, watched.rates) && sameRates(watched.rates, ratesInForce(watched.pod));
    if (isDone && hasAgent(watched.pod)) return;
    watched.isBusy = true;
    try {
      if (asked && !sameRates(asked, watched.rates)) {
        await setPodRates(processId, asked);
        watched.rates = asked;
      }
      await this.#tell(watched);
    } catch (error) {
      this.#options.log(`${nameOf(watched.pod)}: ${String(error)}`);
      setTimeout(() => void this.#serve(watched), TRY_AGAIN_MS).unref();
    }
    watched.isBusy = false;
    // What was asked for meanwhile.
    if (!sameRates(this.#askedOf(watched), asked)) void this.#serve(watched);
  }

  #askedOf({ pod }: Watched): PodRates | undefined {
    const { setsRates, namespacePrefix } = this.#options;
    return setsRates && isExecution(pod, namespacePrefix) ? askedRatesOf(pod) : undefined;
  }

  async #tell(watched: Watched): Promise<void> {
    const { pod, rates } = watched;
    const message = rates ? ratesText(rates) : '';
    const condition = { type: AGENT_CONDITION, status: 'True', reason: 'LooksAfter', message };
    const told = await setPodCondition(this.#options.client, pod, condition);
    if (told) this.#observe(told);
  }
}

function processOf({ containers }: Watched): number | undefined {
  for (const container of containers.values()) {
    const processId = container.processId();
    if (processId !== undefined) return processId;
  }
  return undefined;
}

function nameOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}
