import { z } from 'zod';
import { POLICY_NAMES } from '#model/constraints.ts';
import { partialAllocation } from './common.ts';

/** As `limber set` has them; what they mean is seen when they are applied. */
export const settings = z.record(
  z.string().regex(/^[A-Za-z]+(\.[A-Za-z]+)*$/),
  z.union([z.string().max(64), z.number(), z.boolean()]),
);

export const policyName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);

const amount = z.number().nonnegative().nullable();

/** null takes away what was asked before. */
const budget = z
  .strictObject({
    coreSeconds: amount.describe('CPU that may be reserved for it in all.'),
    gibibyteSeconds: amount.describe('Memory that may be reserved for it in all.'),
    networkBytes: amount.describe('What it may receive and send in all.'),
  })
  .partial()
  .describe('What it may cost; of what is spent it has its minimum from then on.');

export const spent = z
  .object({ coreSeconds: z.number(), gibibyteSeconds: z.number(), networkBytes: z.number() })
  .describe('What it has cost until now.');

/** Everything of its scaling that can be asked for, at the start and while it runs. */
export const scaling = z
  .strictObject({
    priority: z.int().min(0).max(100).describe('Who gives way first (0) and last (100).'),
    mode: z
      .enum(['auto', 'observe', 'locked'])
      .describe('Resize it, only recommend, or keep the size that was set.'),
    weight: z.number().positive().max(1000).describe('Shares among the same priority.'),
    min: partialAllocation.describe('It never has less.'),
    max: partialAllocation.describe('It never has more.'),
    budget,
    policy: policyName.describe(
      `What decides: ${POLICY_NAMES.join(', ')}, or the name of a policy of yours.`,
    ),
    settings: settings.describe(
      'Thresholds and factors of the policy: `predictive.cpuMargin`, `optimize`.',
    ),
  })
  .partial()
  .describe('How it is to be scaled.');

export const namedPolicy = z
  .strictObject({
    policy: z.enum(POLICY_NAMES).describe('The built-in policy that it is made of.'),
    settings: settings.optional(),
  })
  .describe('A policy of your own: one that is built in, with other settings.');

export const policyParams = z.strictObject({ name: policyName });

const versioned = { version: z.int(), changedAt: z.iso.datetime() };
export const storedPolicy = z.object({ name: z.string(), ...versioned, ...namedPolicy.shape });
export const storedDefaults = z.object({ ...versioned, scaling });
