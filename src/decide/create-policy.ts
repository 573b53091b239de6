import type { Config } from '#config/schema.ts';
import type { PolicyName } from '#model/constraints.ts';
import { fixedPolicy } from './policies/fixed.ts';
import { predictivePolicy } from './policies/predictive/index.ts';
import { thresholdPolicy } from './policies/threshold.ts';
import type { Policy } from './policy.ts';

/** What policies are set up with. The object itself stays: its parts may be replaced while a run goes on. */
export type PolicyConfig = Pick<
  Config,
  'thresholds' | 'factors' | 'predictive' | 'thresholdPeriodMs' | 'policySettings'
>;

/** A fresh policy object for one instance. */
export function createPolicy(name: PolicyName, config: PolicyConfig): Policy {
  switch (name) {
    case 'predictive':
      return predictivePolicy(config.predictive);
    case 'threshold':
      return thresholdPolicy({
        thresholds: config.thresholds,
        factors: config.factors,
        get periodMs() {
          return config.thresholdPeriodMs;
        },
      });
    case 'static':
    case 'unlimited':
      return fixedPolicy(name);
  }
}
