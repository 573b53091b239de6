import { z } from 'zod';
import { profileSummary } from '#analyze/report/schema.ts';
import { allocation } from './common.ts';

export const foreseen = z
  .object({
    dryRun: z.literal(true),
    would: z.enum(['start', 'wait']).describe('What would refuse it is answered as a problem.'),
    text: z.string().describe('Why it would wait, and for what.'),
    allocation: allocation.describe('What it would begin with now, or ask for once it has waited.'),
    reasons: z.array(z.string()).describe('Why it would begin with that.'),
    constraints: z.object({ min: allocation, max: allocation }).loose(),
    policy: z.string(),
    profile: profileSummary.describe('What its code looks like; all of it is at /v1/analyze.'),
  })
  .describe('What would become of an execution, had it been asked for without dryRun.');
