import { z } from 'zod';
import { policyName, settings } from './scaling.ts';

const MOST_POLICIES = 4;

export const replayBody = z.strictObject({
  policies: z
    .array(
      z.strictObject({
        policy: policyName.describe('One that is built in, or one of yours.'),
        settings: settings.optional().describe('Over those of the policy.'),
      }),
    )
    .min(1)
    .max(MOST_POLICIES),
});

const column = (text: string) => z.array(z.number()).describe(text);

const curve = z.object({
  name: z.string().describe('Of the policy; empty: as it happened.'),
  outcome: z.string(),
  atSeconds: column('When each reading was taken, in seconds after the start.'),
  cpuCoresUsed: column('Cores.'),
  cpuCoresAllocated: column('Cores.'),
  memoryBytesUsed: column('Working set, in bytes.'),
  memoryBytesAllocated: column('Bytes.'),
  seconds: z.number(),
  coreSeconds: z.number().describe('What was reserved: cores over time.'),
  gibibyteSeconds: z.number().describe('What was reserved: GiB over time.'),
  throttledSeconds: z.number(),
  stalledSeconds: z.number(),
  resizes: z.int(),
});

export const replayed = z
  .object({ curves: z.array(curve) })
  .describe('The run as it happened, and as it would have gone under each policy.');
