import type { Config } from '#config/schema.ts';
import { isBuiltIn, type Constraints, type PolicyName } from '#model/constraints.ts';
import { LimberError } from '#model/errors.ts';
import type { ServiceStore } from '#record/service/service-store.ts';
import { budgetOf } from './budget.ts';
import type { PolicySettings, Scaling } from './request.ts';

/** A tenant's own policy: one that is built in, with settings of its own. */
export type NamedPolicy = { readonly policy: PolicyName; readonly settings?: PolicySettings };

/** The node's defaults are those of no tenant. */
export const NODE = '';
export const DEFAULTS = 'defaults';

export type ResolvedScaling = {
  readonly scaling: Scaling;
  readonly policy: PolicyName;
  readonly settings: Readonly<Record<string, string>>;
};

/**
 * What an execution asks for, over what its tenant has by default, over the node's defaults, over
 * the configuration. Throws `policy-unknown` for a name that the tenant does not have.
 */
export function resolveScaling(
  store: ServiceStore,
  config: Config,
  tenant: string,
  asked: Scaling,
): ResolvedScaling {
  const layers = [defaultsOf(store, NODE), defaultsOf(store, tenant), asked];
  const scaling = layers.reduce(over, {});
  const named = policyOf(store, tenant, scaling.policy ?? config.policy);
  const settings = { ...named.settings, ...scaling.settings };
  const texts = Object.entries(settings).map(([key, value]) => [key, String(value)]);
  return { scaling, policy: named.policy, settings: Object.fromEntries(texts) };
}

export function over(under: Scaling, upper: Scaling): Scaling {
  const merged = MERGED.flatMap((key) =>
    under[key] || upper[key] ? [[key, { ...under[key], ...upper[key] }]] : [],
  );
  return { ...under, ...upper, ...(Object.fromEntries(merged) as Scaling) };
}

/** Of these each entry counts by itself; the rest is replaced as a whole. */
const MERGED = ['min', 'max', 'settings', 'budget'] as const;

export function defaultsOf(store: ServiceStore, tenant: string): Scaling {
  const found = store.findDocument({ kind: 'defaults', tenant, name: DEFAULTS });
  return (found?.body ?? {}) as Scaling;
}

function policyOf(store: ServiceStore, tenant: string, name: string): NamedPolicy {
  if (isBuiltIn(name)) return { policy: name };
  const found = store.findDocument({ kind: 'policy', tenant, name });
  if (!found) throw new LimberError('policy-unknown', { name });
  return found.body as NamedPolicy;
}

/** The bounds of a run with what was asked of them since. */
export function constraintsWith(present: Constraints, asked: Scaling): Constraints {
  const { min = {}, max = {}, priority, weight, mode } = asked;
  const { budget: presentBudget, restingCores, ...rest } = present;
  // Whoever asks for a minimum has it, whatever the run does.
  const mayRest = restingCores !== undefined && min.cpuCores === undefined;
  const budget = budgetOf(asked.budget ?? {}, presentBudget);
  return {
    ...rest,
    min: { ...present.min, ...min },
    max: { ...present.max, ...max },
    ...(mode !== undefined && { mode }),
    ...(priority !== undefined && { priority }),
    ...(weight !== undefined && { weight }),
    ...(budget && { budget }),
    ...(mayRest && { restingCores }),
  };
}
