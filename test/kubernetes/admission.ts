import type { Resources } from '#runtimes/kubernetes/api/types.ts';
import { cpuCoresOf, memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import { fits, requestsOf, type Amounts, type Container, type Pod } from './pod-types.ts';
import { Refusal } from './refusal.ts';

const ALLOWED_VOLUMES = ['configMap', 'emptyDir', 'secret', 'projected', 'downwardAPI', 'csi'];

/** The restricted Pod Security Standard, as far as a pod of Linux is concerned. */
export function admitRestricted(pod: Pod): void {
  const problems = [
    ...pod.spec.containers.flatMap((container) => containerProblems(pod, container)),
    ...(pod.spec.volumes ?? []).flatMap((volume) =>
      Object.keys(volume)
        .filter((key) => key !== 'name' && !ALLOWED_VOLUMES.includes(key))
        .map((key) => `volume type ${key}`),
    ),
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => pod.spec[key] === true),
  ];
  if (problems.length === 0) return;
  throw new Refusal(
    403,
    'Forbidden',
    `pods "${pod.metadata.name}" is forbidden: violates PodSecurity "restricted:latest": ${problems.join(', ')}`,
  );
}

type Security = {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
};

function containerProblems(pod: Pod, container: Container): readonly string[] {
  const own = (container['securityContext'] ?? {}) as Security;
  const all = { ...(pod.spec['securityContext'] as Security | undefined), ...own };
  const isFine: Readonly<Record<string, boolean>> = {
    'runAsNonRoot != true': all.runAsNonRoot === true,
    'runAsUser=0': all.runAsUser !== 0,
    'allowPrivilegeEscalation != false': own.allowPrivilegeEscalation === false,
    privileged: own.privileged !== true,
    'unrestricted capabilities': own.capabilities?.drop?.includes('ALL') === true,
    seccompProfile: ['RuntimeDefault', 'Localhost'].includes(all.seccompProfile?.type ?? ''),
  };
  return Object.entries(isFine)
    .filter(([, fine]) => !fine)
    .map(([name]) => `${name} (container ${container.name})`);
}

/** What `pods/resize` lets pass: the new pod. Source: KUBERNETES.md and KEP-1287. */
export function admitResize(
  pod: Pod,
  patched: readonly { readonly name: string; readonly resources?: Resources }[],
  allocatable: Amounts,
): Pod {
  const containers = pod.spec.containers.map((container) => {
    const resources = patched.find(({ name }) => name === container.name)?.resources;
    return resources
      ? { ...container, resources: merged(container.resources, resources) }
      : container;
  });
  const resized = { ...pod, spec: { ...pod.spec, containers } };
  for (const [index, container] of containers.entries())
    checkResources(pod.spec.containers[index]!.resources, container);
  if (qosOf(resized) !== qosOf(pod))
    throw invalid(pod, 'Pod QOS Class may not change as a result of resizing');
  if (!fits(requestsOf(resized), allocatable)) {
    const message = `Node didn't have enough capacity: ${JSON.stringify(requestsOf(resized))}`;
    throw new Refusal(403, 'Forbidden', message, [{ reason: 'NodeCapacity', message }]);
  }
  return resized;
}

function merged(before: Resources, patch: Resources): Resources {
  return {
    requests: { ...before.requests, ...patch.requests },
    limits: { ...before.limits, ...patch.limits },
  };
}

function checkResources(before: Resources, { name, resources }: Container): void {
  const { requests = {}, limits = {} } = resources;
  for (const list of [requests, limits])
    for (const key of Object.keys(list))
      if (key !== 'cpu' && key !== 'memory')
        throw new Refusal(
          422,
          'Invalid',
          `container ${name}: only cpu and memory resources are mutable`,
        );
  for (const key of Object.keys(before.limits ?? {}))
    if (!(key in limits)) throw new Refusal(422, 'Invalid', 'resource limits cannot be removed');
  const isOver =
    cpuCoresOf(requests.cpu ?? '0') > cpuCoresOf(limits.cpu) ||
    memoryBytesOf(requests.memory ?? '0') > memoryBytesOf(limits.memory);
  if (isOver)
    throw new Refusal(422, 'Invalid', `container ${name}: must be less than or equal to limit`);
}

export function qosOf(pod: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const lists = pod.spec.containers.map(({ resources }) => resources);
  if (lists.every(({ requests, limits }) => !requests && !limits)) return 'BestEffort';
  const isGuaranteed = lists.every(
    ({ requests = {}, limits = {} }) =>
      limits.cpu !== undefined &&
      limits.memory !== undefined &&
      cpuCoresOf(requests.cpu ?? limits.cpu) === cpuCoresOf(limits.cpu) &&
      memoryBytesOf(requests.memory ?? limits.memory) === memoryBytesOf(limits.memory),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function invalid(pod: Pod, message: string): Refusal {
  return new Refusal(422, 'Invalid', `Pod "${pod.metadata.name}" is invalid: spec: ${message}`);
}
