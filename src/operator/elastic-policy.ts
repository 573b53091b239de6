import { z } from 'zod';
import { parseBytes, parseCpuCores } from '#model/quantities.ts';
import type { Budget } from '#model/constraints.ts';
import type { Meta } from '#runtimes/kubernetes/api/types.ts';

export const GROUP = 'limber.dev';
export const VERSION = 'v1alpha1';

const amounts = z.object({
  cpu: z
    .string()
    .transform((text) => parseCpuCores(text))
    .optional(),
  memory: z
    .string()
    .transform((text) => parseBytes(text))
    .optional(),
});

const containerPolicy = z.object({
  containerName: z.string(),
  mode: z.enum(['Auto', 'Off']).prefault('Auto'),
  minAllowed: amounts.prefault({}),
  maxAllowed: amounts.prefault({}),
  controlledResources: z.array(z.enum(['cpu', 'memory'])).prefault(['cpu', 'memory']),
});

const selector = z.object({
  matchLabels: z.record(z.string(), z.string()).prefault({}),
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).prefault([]),
      }),
    )
    .prefault([]),
});

/** The API server has checked it by its schema; older ones may still be stored. */
const spec = z.object({
  targetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }).optional(),
  selector: selector.optional(),
  updateMode: z.enum(['Off', 'Initial', 'InPlace', 'InPlaceOrRecreate']).prefault('InPlace'),
  policy: z.enum(['predictive', 'threshold']).prefault('predictive'),
  priority: z.int().min(0).max(100).prefault(50),
  budget: z
    .object({ coreSeconds: z.number().optional(), memoryGiBSeconds: z.number().optional() })
    .transform(({ coreSeconds, memoryGiBSeconds }): Budget => ({
      ...(coreSeconds !== undefined && { coreSeconds }),
      ...(memoryGiBSeconds !== undefined && { byteSeconds: memoryGiBSeconds * 2 ** 30 }),
    }))
    .optional(),
  resourcePolicy: z
    .object({ containerPolicies: z.array(containerPolicy).prefault([]) })
    .prefault({}),
});

export type PolicySpec = z.output<typeof spec>;
export type ContainerPolicy = z.output<typeof containerPolicy>;
export type Selector = z.output<typeof selector>;

export type PolicyCondition = {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
};

/** As it is stored: its `spec` is read by `readSpec`. */
export type ElasticPolicy = {
  readonly metadata: Meta;
  readonly spec: unknown;
  readonly status?: {
    readonly conditions?: readonly PolicyCondition[];
    readonly recommendation?: Partial<Recommendations>;
  };
};

/** `cpu` in cores and `memory` in bytes, in Kubernetes' notation. */
export type AmountTexts = { readonly cpu: string; readonly memory: string };

export type Recommendations = {
  readonly containerRecommendations: readonly ContainerRecommendation[];
};

export type ContainerRecommendation = {
  readonly containerName: string;
  readonly target: AmountTexts;
  /** The most of late, and when: what a new pod begins with. */
  readonly peak?: AmountTexts & { readonly time: string };
};

/** Running pods keep what they have. */
export function onlyRecommends({ updateMode }: PolicySpec): boolean {
  return updateMode === 'Off' || updateMode === 'Initial';
}

/** What it asks for, or what is wrong with it. */
export function readSpec(
  policy: ElasticPolicy,
): { readonly spec: PolicySpec } | { readonly problem: string } {
  const read = spec.safeParse(policy.spec);
  return read.success ? { spec: read.data } : { problem: z.prettifyError(read.error) };
}

const OF_ALL_OTHERS = '*';
const EVERYTHING = containerPolicy.parse({ containerName: OF_ALL_OTHERS });

/** What holds for a container: what names it, else `*`, else no bounds. */
export function policyOf({ resourcePolicy }: PolicySpec, container: string): ContainerPolicy {
  const { containerPolicies } = resourcePolicy;
  const named = (name: string) => containerPolicies.find((one) => one.containerName === name);
  return named(container) ?? named(OF_ALL_OTHERS) ?? EVERYTHING;
}

/** Source: "Labels and Selectors", Kubernetes documentation. An empty selector means nothing here. */
export function selects(
  { matchLabels, matchExpressions }: Selector,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  const terms = Object.entries(matchLabels);
  if (terms.length + matchExpressions.length === 0) return false;
  return (
    terms.every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((term) => fits(term, labels[term.key]))
  );
}

function fits(
  { operator, values }: Selector['matchExpressions'][number],
  value: string | undefined,
): boolean {
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
  }
}
