import { z } from 'zod';
import { analysisBody } from '#api/schemas/analysis.ts';
import { executionId, partialAllocation } from '#api/schemas/common.ts';
import { newExecution } from '#api/schemas/execution.ts';

const { shape } = newExecution;
const id = executionId;

/** What an agent may ask for: of the API's own schemas, so that both check the same. */
export const runCodeInput = z.strictObject({
  code: shape.code,
  language: shape.language,
  command: shape.command,
  files: shape.files,
  entry: shape.entry,
  args: shape.args,
  env: shape.env,
  stdin: z.string().optional().describe('What it reads.'),
  network: shape.network,
  timeoutMs: shape.timeoutMs,
  initial: shape.initial,
  scaling: shape.scaling,
  labels: shape.labels,
  waitSeconds: z
    .number()
    .min(0)
    .max(3600)
    .default(600)
    .describe('Answer after this time although it still runs; 0: at once.'),
});

export const showRunInput = z.strictObject({ id });
export const explainInput = z.strictObject({
  id,
  all: z.boolean().default(false).describe('Every resize, instead of series of like ones.'),
});
export const stopRunInput = z.strictObject({ id });
export const resizeInput = z.strictObject({
  id,
  ...partialAllocation.shape,
  dryRun: z.boolean().default(false).describe('Only say what would happen.'),
});
export const listRunsInput = z.strictObject({
  state: z.enum(['queued', 'running', 'ended']).optional(),
  limit: z.int().min(1).max(100).default(20),
});
export const analyzeCodeInput = analysisBody;
