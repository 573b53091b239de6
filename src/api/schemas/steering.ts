import { z } from 'zod';
import { allocation, partialAllocation } from './common.ts';

export const effect = z.object({
  dryRun: z.boolean(),
  accepted: z.boolean(),
  text: z.string().describe('What happens, or would happen, and why.'),
  from: allocation,
  to: allocation,
  constraints: z.object({ min: allocation, max: allocation }).loose(),
});
export const bulk = z.object({
  dryRun: z.boolean(),
  results: z.array(z.object({ id: z.string(), accepted: z.boolean(), text: z.string() })),
});
export const resized = z.object({
  dryRun: z.boolean(),
  state: z.enum(['refused', 'converging', 'applied']),
  desired: partialAllocation,
  accepted: allocation.describe('Within its bounds.'),
  actual: allocation.describe('As it was read back, or still is; nothing while it waits.'),
  text: z.string(),
});
export const hintBody = z
  .strictObject({
    ...partialAllocation.shape,
    withinSeconds: z.number().min(0).max(3600).optional(),
    forSeconds: z.number().min(0).max(3600).optional(),
    phase: z.string().max(256).optional(),
    id: z.string().max(64).optional(),
  })
  .describe('What it will need, as a program would say it itself.');
export const hinted = z.object({ dryRun: z.boolean(), accepted: z.boolean(), reason: z.string() });
