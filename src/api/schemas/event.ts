import { z } from 'zod';
import { OUTCOMES } from '#model/execution.ts';
import { ACTIVITIES } from '#model/phase.ts';
import { EXECUTION_STATES } from '#record/service/executions.ts';
import { summarySchema } from '#record/summary-schema.ts';
import { allocation, partialAllocation, timestamp } from './common.ts';
import { sampled } from './execution.ts';
import { scaling } from './scaling.ts';

const { decisions, notes } = summarySchema.shape;
const { reasons } = decisions.element.shape;
const seconds = z.number().describe('Seconds after the start of the program.');
const resizeState = z.enum(['applied', 'converging', 'refused', 'failed']);

const state = z
  .looseObject({
    state: z.enum(EXECUTION_STATES),
    initial: allocation.optional().describe('Running: its first size.'),
    initialReasons: z.array(z.string()).optional().describe('Running: why that.'),
    attempt: z.int().optional().describe('Running: 2 when the first instance was lost.'),
    adopted: z.boolean().optional().describe('Running: another server had started it.'),
    outcome: z.enum(OUTCOMES).optional().describe('Ended: how.'),
    exitCode: z.int().optional(),
    signal: z.string().nullable().optional(),
    wallSeconds: z.number().optional(),
    text: z.string().optional().describe('Why it never ran, or was lost.'),
  })
  .describe('It waits, runs, or has ended; nothing comes after the end.');

const output = z
  .object({
    stream: z.enum(['stdout', 'stderr']),
    fromByte: z.int(),
    toByte: z.int().describe('Not included.'),
    text: z.string().optional().describe('The bytes, where they are UTF-8.'),
    base64: z.string().optional().describe('The bytes, where they are not.'),
  })
  .describe('What it wrote.');

const phase = z.object({
  atSeconds: seconds,
  place: z.string(),
  activity: z.enum(ACTIVITIES),
  score: z.number().optional(),
});

const decision = z
  .looseObject({
    atSeconds: seconds,
    from: allocation,
    to: allocation,
    reasons,
    rolledBack: z.boolean(),
    outcome: z.looseObject({ state: resizeState, actual: allocation, latencyMs: z.number() }),
  })
  .describe('A change of its size, with every reason.');

const resize = z
  .object({
    state: z.enum(['desired', 'accepted', ...resizeState.options]),
    desired: partialAllocation.optional(),
    accepted: allocation.optional(),
    actual: allocation.optional(),
    text: z.string().optional(),
  })
  .describe('The life of a size that was set by hand.');

const told = <Kind extends string, Data extends z.ZodType>(kind: Kind, data: Data) =>
  z.object({
    sequence: z.int().describe('Its id: send it as Last-Event-ID for what comes after.'),
    execution: z.string(),
    kind: z.literal(kind),
    at: timestamp,
    data,
  });

/** What the event streams consist of. */
export const event = z
  .discriminatedUnion('kind', [
    told('state', state),
    told('output', output),
    told('sample', sampled.extend({ allocation })),
    told('phase', phase),
    told('decision', decision),
    told('resize', resize),
    told('scaling', scaling),
    told('note', notes.element),
  ])
  .describe('One event of an event stream.');
