import type { Meta } from '#runtimes/kubernetes/api/types.ts';
import type { Controlled } from './kept-form.ts';
import type { Workload } from './workload.ts';

/** autoscaling/v2, as far as it tells what it scales by. */
export type HorizontalAutoscaler = {
  readonly metadata: Meta;
  readonly spec: {
    readonly scaleTargetRef: Workload;
    readonly metrics?: readonly {
      readonly type: string;
      readonly resource?: { readonly name: string };
      readonly containerResource?: { readonly name: string };
    }[];
  };
};

/** autoscaling.k8s.io/v1. */
export type VerticalAutoscaler = {
  readonly metadata: Meta;
  readonly spec: {
    readonly targetRef?: Workload;
    readonly updatePolicy?: { readonly updateMode?: string };
  };
};

export type Yielded = Controlled & { readonly why: readonly string[] };

const KEDA_LABEL = 'scaledobject.keda.sh/name';
/** Without metrics an HPA goes by CPU. Source: HorizontalPodAutoscalerSpec v2. */
const DEFAULT_METRICS: NonNullable<HorizontalAutoscaler['spec']['metrics']> = [
  { type: 'Resource', resource: { name: 'cpu' } },
];

/**
 * What others already scale by. An HPA that goes by the utilisation of a resource divides its use by
 * the request: who moves the request moves the number of pods. A VPA that updates writes the same
 * fields. KEDA acts through an HPA, which carries its name.
 */
export function yieldsTo(
  target: Workload | undefined,
  others: {
    readonly horizontal: readonly HorizontalAutoscaler[];
    readonly vertical: readonly VerticalAutoscaler[];
  },
): Yielded {
  const is = (one: Workload | undefined): boolean =>
    target !== undefined && one?.kind === target.kind && one.name === target.name;
  const why: string[] = [];
  let [cpu, memory] = [false, false];
  for (const { metadata, spec } of others.horizontal) {
    if (!is(spec.scaleTargetRef)) continue;
    const { [KEDA_LABEL]: scaledObject } = metadata.labels ?? {};
    const name = scaledObject ? `KEDA's ${scaledObject}` : `HorizontalPodAutoscaler`;
    for (const resource of resourcesOf(spec)) {
      if (resource === 'cpu') cpu = true;
      if (resource === 'memory') memory = true;
      why.push(`${name} ${metadata.name} scales ${spec.scaleTargetRef.name} by ${resource}`);
    }
  }
  for (const { metadata, spec } of others.vertical) {
    if (!is(spec.targetRef) || spec.updatePolicy?.updateMode === 'Off') continue;
    [cpu, memory] = [true, true];
    why.push(`VerticalPodAutoscaler ${metadata.name} resizes ${spec.targetRef?.name}`);
  }
  return { cpu, memory, why };
}

function resourcesOf({ metrics }: HorizontalAutoscaler['spec']): readonly ('cpu' | 'memory')[] {
  const names = (metrics?.length ? metrics : DEFAULT_METRICS).map(
    ({ resource, containerResource }) => resource?.name ?? containerResource?.name,
  );
  return (['cpu', 'memory'] as const).filter((name) => names.includes(name));
}
