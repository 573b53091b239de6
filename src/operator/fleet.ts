import type { Ceilings } from '#runtimes/kubernetes/agent-bounds.ts';
import type { Decision } from '#model/decision.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import { policyOf, type PolicySpec } from './elastic-policy.ts';
import type { Yielded } from './coexistence.ts';
import { join, type Member, type MemberContext } from './member.ts';

/** A container that never answered for this long has no shell, or may not be looked into. */
const UNREAD_AFTER_MS = 15_000;

export type FleetEvents = {
  readonly onDecision: (policyKey: string, pod: Pod, container: string, decision: Decision) => void;
  readonly onProblem: (policyKey: string, pod: Pod, problem: string) => void;
  /** Other containers of it are resized than before. */
  readonly onMembers: (pod: Pod) => void;
};

type Joined = {
  readonly member: Member;
  readonly pod: Pod;
  readonly policyKey: string;
  readonly terms: string;
};

/**
 * The containers under the loop, each by one policy. Lifecycle: (update, observe)* → close.
 */
export class Fleet {
  readonly #context: MemberContext;
  readonly #events: FleetEvents;
  readonly #joined = new Map<string, Joined>();
  /** By uid of their pod: its changes reach its containers at once. */
  readonly #ofPod = new Map<string, Map<string, Member>>();
  readonly #leaving = new Set<Promise<void>>();

  constructor(context: MemberContext, events: FleetEvents) {
    this.#context = context;
    this.#events = events;
  }

  get size(): number {
    return this.#joined.size;
  }

  has(id: string): boolean {
    return this.#joined.has(id);
  }

  membersOf(policyKey: string): readonly Member[] {
    return [...this.#joined.values()]
      .filter((one) => one.policyKey === policyKey)
      .map(({ member }) => member);
  }

  /** Whose policy resizes a pod; undefined when nobody's does. */
  policyOf({ metadata }: Pod): string | undefined {
    const [member] = this.#ofPod.get(metadata.uid ?? '')?.values() ?? [];
    return member && this.#joined.get(member.id)?.policyKey;
  }

  /** How far agents may raise limits of a pod. */
  ceilingsOf({ metadata }: Pod): Ceilings {
    const members = [...(this.#ofPod.get(metadata.uid ?? '')?.values() ?? [])];
    return Object.fromEntries(
      members.flatMap(({ container, ceilingBytes }) =>
        ceilingBytes === undefined ? [] : [[container, ceilingBytes]],
      ),
    );
  }

  observe(pod: Pod): void {
    for (const member of this.#ofPod.get(pod.metadata.uid ?? '')?.values() ?? [])
      member.observe(pod);
  }

  /** The containers of these pods are what a policy resizes from now on, and nothing else is. */
  update(policyKey: string, pods: readonly Pod[], spec: PolicySpec, yielded: Yielded): void {
    const wanted = new Set<string>();
    for (const pod of pods)
      for (const container of runningContainers(pod)) {
        const id = `${pod.metadata.uid}/${container}`;
        const isWanted = this.#admit({ id, policyKey, pod, container, spec, yielded });
        if (isWanted) wanted.add(id);
      }
    for (const [id, joined] of this.#joined)
      if (joined.policyKey === policyKey && !wanted.has(id)) this.#leave(id);
  }

  leaveAll(policyKey: string): void {
    for (const [id, joined] of this.#joined) if (joined.policyKey === policyKey) this.#leave(id);
  }

  unread(policyKey: string): readonly Member[] {
    const nowMs = performance.now();
    return this.membersOf(policyKey).filter(
      ({ isRead, joinedMs }) => !isRead() && nowMs - joinedMs > UNREAD_AFTER_MS,
    );
  }

  async close(): Promise<void> {
    for (const id of this.#joined.keys()) this.#leave(id);
    await Promise.all(this.#leaving);
  }

  /** True when it is a member, old or new, under these terms. */
  #admit(wish: Wish): boolean {
    const { id, policyKey, pod, container, spec, yielded } = wish;
    const bounds = policyOf(spec, container);
    const controls = (name: 'cpu' | 'memory'): boolean =>
      bounds.controlledResources.includes(name) && !yielded[name];
    const controlled = { cpu: controls('cpu'), memory: controls('memory') };
    if (bounds.mode === 'Off' || (!controlled.cpu && !controlled.memory)) return false;
    const known = this.#joined.get(id);
    // Of another policy: whichever came first keeps it.
    if (known && known.policyKey !== policyKey) return false;
    const terms = JSON.stringify([spec, controlled]);
    if (known?.terms === terms) return true;
    if (known) this.#leave(id);
    const resources = pod.spec.containers.find(({ name }) => name === container)?.resources ?? {};
    const member = join(this.#context, {
      pod,
      container,
      resources,
      spec,
      bounds,
      controlled,
      onDecision: (decision) => this.#events.onDecision(policyKey, pod, container, decision),
      onProblem: (problem) => this.#events.onProblem(policyKey, pod, problem),
    });
    this.#joined.set(id, { member, pod, policyKey, terms });
    const uid = pod.metadata.uid ?? '';
    this.#ofPod.set(uid, (this.#ofPod.get(uid) ?? new Map<string, Member>()).set(id, member));
    this.#events.onMembers(pod);
    return true;
  }

  #leave(id: string): void {
    const joined = this.#joined.get(id);
    if (!joined) return;
    this.#joined.delete(id);
    const [uid = ''] = id.split('/');
    const members = this.#ofPod.get(uid);
    members?.delete(id);
    if (members?.size === 0) this.#ofPod.delete(uid);
    const left = joined.member.leave();
    this.#leaving.add(left);
    this.#events.onMembers(joined.pod);
    void left.finally(() => this.#leaving.delete(left));
  }
}

type Wish = {
  readonly id: string;
  readonly policyKey: string;
  readonly pod: Pod;
  readonly container: string;
  readonly spec: PolicySpec;
  readonly yielded: Yielded;
};

function runningContainers({ status }: Pod): readonly string[] {
  return (status?.containerStatuses ?? [])
    .filter(({ state }) => state?.running)
    .map(({ name }) => name);
}
