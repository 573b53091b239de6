import { z } from 'zod';
import { FORECAST_SOURCES } from '#model/forecast.ts';
import { LANGUAGES, OUTCOMES, PROBE_MODES } from '#model/execution.ts';
import { EXECUTION_STATES } from '#record/service/executions.ts';
import { summarySchema } from '#record/summary-schema.ts';
import { allocation, labels, partialAllocation, timestamp } from './common.ts';
import { scaling, spent } from './scaling.ts';

const language = z.enum(LANGUAGES).exclude(['unknown']);
const environment = z
  .record(z.string().max(256), z.string().max(128 * 1024))
  .describe('Variables of the program. Their values are never stored.');

const file = z
  .strictObject({
    path: z.string().describe('Relative to the work folder.'),
    text: z.string().optional(),
    base64: z.base64().optional(),
  })
  .refine((given) => (given.text === undefined) !== (given.base64 === undefined), {
    error: 'expected exactly one of text and base64',
  });

const archive = z
  .strictObject({
    id: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe('Of one that was sent to /v1/archives.'),
    base64: z.base64().optional().describe('A small one, here.'),
  })
  .refine((given) => (given.id === undefined) !== (given.base64 === undefined), {
    error: 'expected exactly one of id and base64',
  })
  .describe('A tar, tar.gz or zip that is unpacked into the work folder.');

const what = {
  code: z.string().min(1).optional().describe('A program; needs `language`.'),
  files: z.array(file).max(1000).optional().describe('Files of the work folder.'),
  archive: archive.optional(),
  entry: z.string().optional().describe('The file that is run as a script.'),
  command: z.array(z.string()).min(1).optional().describe('A command, instead of a script.'),
  language: language.optional().describe('Of the code or the script.'),
  args: z.array(z.string()).max(1000).optional().describe('Arguments of the script.'),
};

const limits = {
  timeoutMs: z.int().positive().optional().describe('It is ended after this time.'),
  graceMs: z.int().positive().max(600_000).optional().describe('From SIGTERM to SIGKILL.'),
  maxProcesses: z.int().positive().max(100_000).optional(),
  maxOutputBytes: z.int().positive().optional().describe('Of both streams together.'),
  tmpBytes: z.int().positive().optional().describe('Size of its private /tmp.'),
  retryLost: z
    .boolean()
    .optional()
    .describe('Once more, when its instance is gone and with it how it ended.'),
};

export const newExecution = z
  .strictObject({
    ...what,
    env: environment.optional(),
    stdin: z
      .union([z.string(), z.strictObject({ open: z.literal(true) })])
      .optional()
      .describe('What it reads; open: what is sent to it while it runs.'),
    labels: labels.optional(),
    network: z.enum(['none', 'egress']).optional().describe('What it may reach.'),
    probe: z.enum(PROBE_MODES).optional(),
    initial: partialAllocation.optional().describe('Its first size, where you know it.'),
    ...limits,
    scaling: scaling.optional(),
  })
  .refine((given) => [given.code, given.entry, given.command].filter(Boolean).length === 1, {
    error: 'expected exactly one of code, entry and command',
  })
  .refine((given) => given.code === undefined || given.language !== undefined, {
    error: 'code needs a language',
    path: ['language'],
  });

export type NewExecutionBody = z.output<typeof newExecution>;

const interval = (text: string) => z.object({ low: z.number(), high: z.number() }).describe(text);

const progress = z
  .object({
    fraction: z.number().describe('Share of its rounds that are done.'),
    secondsLeft: interval('When it is done, in seconds from then.'),
    peakBytes: interval('Working set at its end, in bytes.'),
  })
  .describe('How far the loop under way has come and where it leads, while that can be told.');

export const sampled = z.object({
  atSeconds: z.number(),
  cpuCoresUsed: z.number(),
  cpuCoresThrottled: z.number(),
  memoryBytes: z.number(),
  memoryWorkingSetBytes: z.number(),
  memoryStalled: z.boolean(),
  ingressBitsPerSecond: z.number(),
  egressBitsPerSecond: z.number(),
  processCount: z.number(),
  activity: z.string(),
  place: z.string(),
  score: z.number().optional().describe('Live complexity score, 0 to 100, while a probe tells.'),
  progress: progress.optional(),
});

const quantiles = z.object({ p50: z.number(), p90: z.number(), p95: z.number(), p99: z.number() });
const believed = quantiles.extend({
  leading: z.enum(FORECAST_SOURCES).describe('Whose belief makes most room.'),
});

const forecast = z
  .object({
    horizonMs: z.number().describe('Up to then: what the next resize takes to be in force.'),
    cpuCores: believed,
    memoryBytes: believed,
    ingressBitsPerSecond: quantiles,
    egressBitsPerSecond: quantiles,
  })
  .describe('The highest use that is expected within the horizon.');

const outlook = z
  .array(
    z.object({
      horizonMs: z.number(),
      cpuCores: quantiles,
      memoryBytes: quantiles,
      ingressBitsPerSecond: quantiles,
      egressBitsPerSecond: quantiles,
    }),
  )
  .describe(
    'The highest use that is expected within longer horizons, as past ones were: each once the run has lasted for three of them.',
  );

const efficiency = z
  .object({
    cpuSlack: z.number().describe('1 − used ÷ reserved core-seconds.'),
    memorySlack: z.number().describe('1 − used ÷ reserved byte-seconds.'),
    throttledSeconds: z.number().describe('Time that tasks were held back by the CPU quota.'),
    stalledSeconds: z.number().describe('Time that it waited for more memory.'),
  })
  .describe('What of its reservation it left idle and what held it up, from its start until now.');

export const execution = z
  .object({
    id: z.string(),
    tenant: z.string(),
    state: z.enum(EXECUTION_STATES),
    createdAt: timestamp,
    startedAt: timestamp.optional(),
    endedAt: timestamp.optional(),
    outcome: z.enum(OUTCOMES).optional().describe('How it ended.'),
    exitCode: z.int().optional(),
    signal: z.string().nullable().optional(),
    text: z.string().optional().describe('Why it never ran, or was lost.'),
    labels: z.record(z.string(), z.string()),
    request: z
      .record(z.string(), z.unknown())
      .describe('As it was asked for, without values of env.'),
    scaling: scaling.describe('What was asked of its scaling.'),
    allocation: allocation.optional().describe('What it may use now.'),
    usage: sampled.optional().describe('What it uses now.'),
    forecast: forecast.optional(),
    outlook: outlook.optional(),
    spent: spent.optional(),
    efficiency: efficiency.optional(),
    outputBytes: z.object({ stdout: z.int(), stderr: z.int() }),
    summary: summarySchema.optional().describe('The whole run, once it has ended.'),
  })
  .describe('One run of submitted code.');

export const executionList = z.object({
  executions: z.array(execution.omit({ summary: true, outlook: true })),
  next: z.string().optional().describe('Send it as `cursor` for what comes after.'),
});

const label = z.string().regex(/^[^=]+=.*$/, 'expected name=value');

export const labelQuery = z
  .union([label, z.array(label)])
  .optional()
  .describe('name=value; repeatable, all must match.');

export const listQuery = z.strictObject({
  state: z.enum(EXECUTION_STATES).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  label: labelQuery,
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});

export function labelsOf(query: z.output<typeof labelQuery>): Record<string, string> {
  const given = query === undefined ? [] : [query].flat();
  return Object.fromEntries(
    given.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}
