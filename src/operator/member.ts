import { unknownProfile } from '#analyze/unknown-profile.ts';
import type { Config } from '#config/schema.ts';
import { createPolicy } from '#decide/create-policy.ts';
import type { Controller } from '#loop/controller.ts';
import type { Managed } from '#loop/managed.ts';
import { higherOf, sameAllocation, type Allocation } from '#model/allocation.ts';
import { clampAllocation, type Constraints } from '#model/constraints.ts';
import type { Decision } from '#model/decision.ts';
import { NOTHING_KNOWN } from '#model/known-input.ts';
import type { Client } from '#runtimes/kubernetes/api/client.ts';
import type { Pod, Resources } from '#runtimes/kubernetes/api/types.ts';
import type { Amounts } from '#runtimes/kubernetes/resize/shape.ts';
import type { ClusterBooks } from './cluster-books.ts';
import { watchContainer, type WatchedContainer } from './container-instance.ts';
import { onlyRecommends, type ContainerPolicy, type PolicySpec } from './elastic-policy.ts';
import { burstRoomOf, keptForm, requestedOf, type Controlled } from './kept-form.ts';

/** Below this, what a shell and a small runtime need is not there. */
const LEAST: Amounts = { cpuCores: 0.025, memoryBytes: 16 * 2 ** 20 };
const PROFILE = unknownProfile({ language: 'unknown', reason: 'somebody else started it' });
const NO_RATE = { ingressBitsPerSecond: 0, egressBitsPerSecond: 0 };

export type MemberContext = {
  readonly client: Client;
  readonly controller: Controller;
  readonly books: ClusterBooks;
  readonly config: Config;
  readonly lookScript: string;
};

export type MemberWish = {
  readonly pod: Pod;
  readonly container: string;
  readonly resources: Resources;
  readonly spec: PolicySpec;
  readonly bounds: ContainerPolicy;
  readonly controlled: Controlled;
  readonly onDecision: (decision: Decision) => void;
  readonly onProblem: (problem: string) => void;
};

/** One container under the loop. Lifecycle: join → observe* → leave. */
export type Member = {
  readonly id: string;
  readonly podName: string;
  readonly container: string;
  readonly joinedMs: number;
  readonly managed: Managed;
  /** How far an agent of its node may raise its memory limit; undefined where it may not. */
  readonly ceilingBytes: number | undefined;
  readonly isRead: WatchedContainer['isRead'];
  readonly observe: WatchedContainer['observe'];
  readonly leave: () => Promise<void>;
};

/** Puts a container that runs into the books and under the loop: the same tick as that of any run. */
export function join(context: MemberContext, wish: MemberWish): Member {
  const { client, controller, books, config, lookScript } = context;
  const { pod, container, resources, spec, controlled } = wish;
  const node = pod.spec.nodeName ?? '';
  const ceiling = books.capacityOf(node) ?? withoutRates({ cpuCores: 1024, memoryBytes: 2 ** 44 });
  const held = withoutRates(requestedOf(resources));
  const constraints = constraintsFor(wish, held, ceiling);
  const isGuaranteed = pod.status?.qosClass === 'Guaranteed';
  const burstRoomBytes = burstRoomOf(resources, isGuaranteed);
  const { max } = constraints;
  const form = keptForm({ resources, isGuaranteed, max, burstRoomBytes, controlled });
  const watched = watchContainer({
    client,
    pod,
    container,
    form,
    initial: held,
    burstRoomBytes,
    lookScript,
  });
  const { id } = watched.instance;
  const initial = clampAllocation(held, constraints);
  books.hold(id, node, higherOf(held, initial));
  if (constraints.mode === 'auto' && !sameAllocation(held, initial))
    void watched.instance.resize(initial);
  const managed = controller.add({
    instance: watched.instance,
    policy: createPolicy(spec.policy, config),
    initial,
    constraints,
    profile: PROFILE,
    places: [],
    looksOutside: false,
    knownInput: NOTHING_KNOWN,
    ceiling,
    events: {
      onPoint() {},
      onDecision: wish.onDecision,
      onNote: ({ text }) => wish.onProblem(text),
      // The kernel ends it at its maximum; its own controller starts it again.
      onMemoryExhausted() {},
      onFault: (error) => wish.onProblem(String(error)),
    },
  });
  return {
    id,
    podName: pod.metadata.name,
    container,
    joinedMs: performance.now(),
    managed,
    ceilingBytes: isRaised(wish) ? max.memoryBytes : undefined,
    isRead: watched.isRead,
    observe: watched.observe,
    async leave() {
      controller.remove(managed);
      books.release(id);
      await watched.close();
    },
  };
}

/** A limit that is there, and that this operator moves itself. */
function isRaised({ resources, spec, controlled }: MemberWish): boolean {
  return controlled.memory && resources.limits?.memory !== undefined && !onlyRecommends(spec);
}

function constraintsFor(
  { spec, bounds, controlled }: MemberWish,
  held: Allocation,
  ceiling: Allocation,
): Constraints {
  const { minAllowed, maxAllowed } = bounds;
  const max = {
    cpuCores: controlled.cpu ? (maxAllowed.cpu ?? ceiling.cpuCores) : held.cpuCores,
    memoryBytes: controlled.memory ? (maxAllowed.memory ?? ceiling.memoryBytes) : held.memoryBytes,
  };
  const min = {
    cpuCores: controlled.cpu ? (minAllowed.cpu ?? LEAST.cpuCores) : held.cpuCores,
    memoryBytes: controlled.memory ? (minAllowed.memory ?? LEAST.memoryBytes) : held.memoryBytes,
  };
  return {
    min: withoutRates(lower(min, max)),
    max: withoutRates(max),
    priority: spec.priority,
    ...(spec.budget && { budget: spec.budget }),
    mode: onlyRecommends(spec) ? 'observe' : 'auto',
  };
}

/** A maximum below what Limber gives at least is the minimum, too. */
function lower(min: Amounts, max: Amounts): Amounts {
  return {
    cpuCores: Math.min(min.cpuCores, max.cpuCores),
    memoryBytes: Math.min(min.memoryBytes, max.memoryBytes),
  };
}

export function withoutRates({ cpuCores, memoryBytes }: Amounts): Allocation {
  return { cpuCores, memoryBytes, ...NO_RATE };
}
