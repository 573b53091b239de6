import type { Container, Pod, Resources } from '#runtimes/kubernetes/api/types.ts';
import { cpuCoresOf, memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import type { Amounts } from '#runtimes/kubernetes/resize/shape.ts';
import { policyOf, readSpec, type ElasticPolicy, type PolicySpec } from '../elastic-policy.ts';
import { burstRoomOf, keptForm } from '../kept-form.ts';
import { beginningOf } from '../peak.ts';
import { isMeant } from '../workload.ts';

/** Says which policy gave a pod its sizes. */
export const ANNOTATION = 'limber.dev/initial-sizes';

/** Of a JSON Patch (RFC 6902). */
export type Addition = { readonly op: 'add'; readonly path: string; readonly value: unknown };

/**
 * What a pod is to begin with, by what others of its workload came to need: the additions to it, none
 * where no policy means it or nothing is known yet. `nowMs` since 1970.
 */
export function initialSizes(
  pod: Pod,
  policies: readonly ElasticPolicy[],
  nowMs: number,
): readonly Addition[] {
  for (const policy of policies.toSorted(byName)) {
    const read = readSpec(policy);
    if (!('spec' in read) || read.spec.updateMode === 'Off' || !isMeant(pod, read.spec)) continue;
    const additions = pod.spec.containers.flatMap((container, index) => {
      const value = resourcesFor(pod, container, { policy, spec: read.spec, nowMs });
      return value
        ? [{ op: 'add' as const, path: `/spec/containers/${index}/resources`, value }]
        : [];
    });
    if (additions.length > 0) return [annotation(pod, policy.metadata.name), ...additions];
  }
  return [];
}

/** Of several that mean a pod, always the same one. */
function byName(one: ElasticPolicy, other: ElasticPolicy): number {
  return one.metadata.name < other.metadata.name ? -1 : 1;
}

function annotation({ metadata }: Pod, policy: string): Addition {
  const value = { ...metadata.annotations, [ANNOTATION]: policy };
  return { op: 'add', path: '/metadata/annotations', value };
}

function resourcesFor(
  pod: Pod,
  container: Container,
  known: { readonly policy: ElasticPolicy; readonly spec: PolicySpec; readonly nowMs: number },
): Resources | undefined {
  const { policy, spec, nowMs } = known;
  const bounds = policyOf(spec, container.name);
  const recommended = policy.status?.recommendation?.containerRecommendations?.find(
    ({ containerName }) => containerName === container.name,
  );
  if (bounds.mode === 'Off' || !recommended) return undefined;
  const resources = container.resources ?? {};
  const isGuaranteed = hasClassGuaranteed(pod);
  const { minAllowed, maxAllowed, controlledResources } = bounds;
  const max: Amounts = {
    cpuCores: maxAllowed.cpu ?? Number.POSITIVE_INFINITY,
    memoryBytes: maxAllowed.memory ?? Number.POSITIVE_INFINITY,
  };
  const form = keptForm({
    resources,
    isGuaranteed,
    max,
    burstRoomBytes: burstRoomOf(resources, isGuaranteed),
    controlled: {
      cpu: controlledResources.includes('cpu'),
      memory: controlledResources.includes('memory'),
    },
  });
  const { cpuCores, memoryBytes } = beginningOf(recommended, nowMs);
  const wanted = form.shape({
    cpuCores: within(cpuCores, minAllowed.cpu, max.cpuCores),
    memoryBytes: within(memoryBytes, minAllowed.memory, max.memoryBytes),
  });
  const { requests, limits } = form.resources(wanted);
  return {
    ...resources,
    requests: { ...resources.requests, ...requests },
    ...(resources.limits && { limits: { ...resources.limits, ...limits } }),
  };
}

function within(value: number, least = 0, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Source: "Pod Quality of Service Classes", Kubernetes documentation. */
function hasClassGuaranteed({ spec }: Pod): boolean {
  const { initContainers = [] } = spec as { readonly initContainers?: readonly Container[] };
  return [...spec.containers, ...initContainers].every(({ resources }) => {
    const { requests = {}, limits = {} } = resources ?? {};
    if (limits.cpu === undefined || limits.memory === undefined) return false;
    return (
      cpuCoresOf(requests.cpu ?? limits.cpu) === cpuCoresOf(limits.cpu) &&
      memoryBytesOf(requests.memory ?? limits.memory) === memoryBytesOf(limits.memory)
    );
  });
}
