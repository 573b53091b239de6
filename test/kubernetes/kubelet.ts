import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigMap, Condition, ContainerStatus } from '#runtimes/kubernetes/api/types.ts';
import { memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import type { CgroupPlace } from '#node-agent/find-cgroup.ts';
import { qosOf } from './admission.ts';
import { placeOf, removeAbove } from './node-cgroups.ts';
import { RunningContainer, type Ended } from './container.ts';
import { makeVolumes } from './volumes.ts';
import { hasEnded, requestsOf, type Amounts, type Pod } from './pod-types.ts';
import type { Store } from './store.ts';

export const NODE = 'double';
/** Below the folder of all of Limber's cgroups, as if it was the kubelet's --cgroup-root. */
const CGROUPS = `k${process.pid}`;

export type NodeOptions = {
  readonly allocatable: Amounts;
  /** From a changed spec until the kubelet has seen it, and until the status is right; as measured. */
  readonly seenAfterMs: number;
  readonly reportedAfterMs: number;
  /** Until a shrink below what is used is given up. */
  readonly errorAfterMs: number;
};

/** `infeasible`: what it can never do is asked of it. */
type NodeFaults = { readonly infeasible: boolean };

type Running = {
  readonly folder: string;
  readonly containers: Map<string, RunningContainer>;
  readonly ended: Map<string, Ended>;
  /** What was last put into cgroups. */
  inForce: Pod['spec'];
  errorTimer?: NodeJS.Timeout;
};

/** One node: takes pods that fit, runs them as sandboxes of this machine, and resizes them. */
export class Kubelet {
  readonly options: NodeOptions;
  readonly #store: Store;
  readonly #faults: NodeFaults;
  readonly #running = new Map<string, Running>();
  readonly #hierarchy = findHierarchy();
  readonly #root = mkdtempSync(join(tmpdir(), 'limber-kubelet-'));
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #removals = new Set<Promise<unknown>>();
  readonly #stop: () => void;

  constructor(store: Store, options: NodeOptions, faults: NodeFaults) {
    this.#store = store;
    this.#faults = faults;
    this.options = options;
    store.create(nodeOf(options.allocatable));
    this.#stop = store.onChange(({ type, object }) => {
      if (object.kind !== 'Pod') return;
      if (type === 'DELETED') this.#remove(object as Pod);
      // What waits for room may have it now.
      if (type === 'ADDED' || type === 'DELETED') this.#later(0, () => this.#lookAtAll());
    });
  }

  container(pod: Pod, name: string): RunningContainer | undefined {
    return this.#running.get(pod.metadata.uid ?? '')?.containers.get(name);
  }

  /** Where an agent of this node finds the cgroups of its pods. */
  get cgroups(): CgroupPlace {
    return placeOf(this.#hierarchy, CGROUPS);
  }

  /** The spec was changed. */
  resized(pod: Pod): void {
    this.#later(this.options.seenAfterMs, () => this.#resize(this.#current(pod)));
  }

  /** As when the machine fails: what ran is gone, and the pods are marked so. */
  lose(): void {
    for (const pod of this.#pods()) {
      for (const container of this.#running.get(pod.metadata.uid ?? '')?.containers.values() ?? [])
        container.kill();
      this.#write(pod, {
        conditions: [
          ...(pod.status?.conditions ?? []),
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'DeletionByTaintManager',
            message: 'Taint manager: deleting due to NoExecute taint',
          },
        ],
      });
    }
  }

  async close(): Promise<void> {
    this.#stop();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const pod of this.#pods()) this.#remove(pod);
    await Promise.all(this.#removals);
    removeAbove(this.#hierarchy, [`${CGROUPS}/kubepods`, CGROUPS]);
    rmSync(this.#root, { recursive: true, force: true });
  }

  #pods(): readonly Pod[] {
    const all = this.#store.list('Pod') as readonly Pod[];
    return all.filter(({ spec }) => (spec.nodeName ?? NODE) === NODE);
  }

  #current({ metadata }: Pod): Pod | undefined {
    return this.#store.get('Pod', metadata.namespace ?? '', metadata.name) as Pod | undefined;
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  #lookAtAll(): void {
    for (const pod of this.#pods()) {
      if (!this.#running.has(pod.metadata.uid ?? '')) this.#schedule(pod);
      else if (conditionOf(pod, 'PodResizePending')) this.#resize(pod);
    }
  }

  #hasRoom(pod: Pod): boolean {
    return this.#lacks(pod) === undefined;
  }

  /** The first resource that there is too little of, as a kubelet names it. */
  #lacks(pod: Pod): 'cpu' | 'memory' | undefined {
    const others = this.#pods().filter(
      (other) =>
        other.metadata.uid !== pod.metadata.uid &&
        this.#running.has(other.metadata.uid ?? '') &&
        !hasEnded(other),
    );
    const held = [pod, ...others.map((other) => this.#inForce(other))].map(requestsOf);
    const sum = (key: keyof Amounts) => held.reduce((total, one) => total + one[key], 0);
    const { allocatable } = this.options;
    if (sum('cpuCores') > allocatable.cpuCores) return 'cpu';
    return sum('memoryBytes') > allocatable.memoryBytes ? 'memory' : undefined;
  }

  #inForce(pod: Pod): Pod {
    const running = this.#running.get(pod.metadata.uid ?? '');
    return running ? { ...pod, spec: running.inForce } : pod;
  }

  #schedule(pod: Pod): void {
    if (hasEnded(pod)) return;
    if (!this.#hasRoom(pod)) {
      if (conditionOf(pod, 'PodScheduled')) return;
      const message = '0/1 nodes are available: 1 Insufficient memory.';
      const scheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
      this.#write(pod, { phase: 'Pending', conditions: [scheduled] });
      return;
    }
    this.#start(pod);
  }

  #start(unbound: Pod): void {
    const bound = { ...unbound, spec: { ...unbound.spec, nodeName: NODE } };
    const pod = this.#store.update(bound);
    const { uid = '', namespace = '' } = pod.metadata;
    const folder = `${this.#root}/${uid}`;
    const userId = Number((unbound.spec['securityContext'] as { runAsUser: number }).runAsUser);
    mkdirSync(`${folder}/volumes`, { recursive: true });
    makeVolumes(pod, `${folder}/volumes`, userId, (name) => {
      const found = this.#store.get('ConfigMap', namespace, name);
      if (!found) throw new Error(`configmap "${name}" not found`);
      return found as unknown as ConfigMap;
    });
    const running: Running = {
      folder,
      containers: new Map(),
      ended: new Map(),
      inForce: pod.spec,
    };
    this.#running.set(uid, running);
    for (const container of pod.spec.containers) {
      mkdirSync(`${folder}/${container.name}`);
      const started = new RunningContainer({
        pod,
        container,
        folder: `${folder}/${container.name}`,
        volumes: `${folder}/volumes`,
        hierarchy: this.#hierarchy,
        cgroupPath: `${CGROUPS}/kubepods/pod${uid}/${containerId(uid, container.name)}`,
        userId,
        hasNetwork: pod.metadata.labels?.['limber.dev/network'] === 'egress',
      });
      running.containers.set(container.name, started);
      void started.ended.then((ended) => {
        running.ended.set(container.name, ended);
        this.#report(pod, running);
      });
    }
    this.#report(pod, running);
  }

  #report(pod: Pod, running: Running): void {
    const now = this.#current(pod);
    if (!now || now.metadata.uid !== pod.metadata.uid) return;
    const allEnded = running.ended.size === running.containers.size;
    const hasFailed = [...running.ended.values()].some(({ exitCode }) => exitCode !== 0);
    this.#write(now, {
      phase: allEnded ? (hasFailed ? 'Failed' : 'Succeeded') : 'Running',
      qosClass: qosOf(pod),
      containerStatuses: running.inForce.containers.map(({ name, resources }): ContainerStatus => {
        const ended = running.ended.get(name);
        return {
          name,
          containerID: `double://${containerId(pod.metadata.uid ?? '', name)}`,
          resources,
          state: ended ? { terminated: terminated(ended) } : { running: {} },
        };
      }),
    });
  }

  #resize(pod: Pod | undefined): void {
    const running = pod && this.#running.get(pod.metadata.uid ?? '');
    if (!pod || !running) return;
    clearTimeout(running.errorTimer);
    const generation = pod.metadata.generation ?? 0;
    const isAsWas =
      JSON.stringify(pod.spec.containers) === JSON.stringify(running.inForce.containers);
    if (this.#faults.infeasible && !isAsWas) {
      const message = 'In-place resize of containers with Guaranteed QoS is not possible';
      this.#mark(pod, 'PodResizePending', { reason: 'Infeasible', message, generation });
      return;
    }
    const lacks = this.#lacks(pod);
    if (lacks) {
      const message = `Node didn't have enough resource: ${lacks}`;
      this.#mark(pod, 'PodResizePending', { reason: 'Deferred', message, generation });
      return;
    }
    this.#mark(pod, 'PodResizeInProgress', { generation });
    if (this.#isBelowUsage(pod, running)) {
      running.errorTimer = setTimeout(() => {
        const now = this.#current(pod);
        if (now?.metadata.generation !== generation) return;
        const message = 'attempting to set pod memory limit below current usage';
        this.#mark(now, 'PodResizeInProgress', { reason: 'Error', message, generation });
      }, this.options.errorAfterMs);
      this.#timers.add(running.errorTimer);
      return;
    }
    for (const { name, resources } of pod.spec.containers)
      if (!running.ended.has(name)) running.containers.get(name)?.resize(resources);
    running.inForce = pod.spec;
    this.#later(this.options.reportedAfterMs, () => this.#resized(pod, running));
    this.#later(0, () => this.#lookAtAll());
  }

  #resized(pod: Pod, running: Running): void {
    const now = this.#current(pod);
    if (!now || now.metadata.generation !== pod.metadata.generation) return;
    this.#write(now, {
      conditions: (now.status?.conditions ?? []).filter(
        ({ type }) => !type.startsWith('PodResize'),
      ),
    });
    this.#report(pod, running);
  }

  #isBelowUsage({ spec }: Pod, running: Running): boolean {
    return spec.containers.some(({ name, resources }) => {
      const container = running.containers.get(name);
      if (!container || running.ended.has(name)) return false;
      return container.memoryBytes > memoryBytesOf(resources.limits?.memory);
    });
  }

  #mark(
    pod: Pod,
    type: string,
    told: { readonly reason?: string; readonly message?: string; readonly generation: number },
  ): void {
    const { generation, ...words } = told;
    const others = (pod.status?.conditions ?? []).filter(
      (one) => !one.type.startsWith('PodResize'),
    );
    const condition = { type, status: 'True', observedGeneration: generation, ...words };
    this.#write(pod, { conditions: [...others, condition] });
  }

  #write(pod: Pod, status: Partial<NonNullable<Pod['status']>>): void {
    const now = this.#current(pod);
    if (!now) return;
    const { generation } = now.metadata;
    this.#store.update({
      ...now,
      status: { ...now.status, ...status, ...(generation && { observedGeneration: generation }) },
    });
  }

  #remove(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    const running = this.#running.get(uid);
    if (!running) return;
    this.#running.delete(uid);
    clearTimeout(running.errorTimer);
    const removal = Promise.all([...running.containers.values()].map((one) => one.remove())).then(
      () => rmSync(running.folder, { recursive: true, force: true }),
    );
    this.#removals.add(removal);
    void removal.finally(() => this.#removals.delete(removal));
  }
}

function nodeOf({ cpuCores, memoryBytes }: Amounts) {
  const allocatable = { cpu: String(cpuCores), memory: String(memoryBytes), pods: '110' };
  const conditions = [{ type: 'Ready', status: 'True' }];
  return { kind: 'Node', metadata: { name: NODE }, spec: {}, status: { allocatable, conditions } };
}

function containerId(uid: string, name: string): string {
  return `${uid.replaceAll('-', '')}${name}`;
}

function terminated({ exitCode, oomKilled, message }: Ended) {
  const reason = oomKilled ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
  return { exitCode, reason, message };
}

function conditionOf(pod: Pod, type: string): Condition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}
