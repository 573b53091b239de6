import { z } from 'zod';
import { summarySchema } from '#record/summary-schema.ts';

export const allocation = summarySchema.shape.initial;

const amount = z.number().positive();

/** What a client may name of an allocation. */
export const partialAllocation = z
  .strictObject({
    cpuCores: amount.max(4096).describe('CPU, in cores.'),
    memoryBytes: z.int().positive().describe('Memory, in bytes.'),
    ingressBitsPerSecond: amount.describe('Network rate towards the program, in bits per second.'),
    egressBitsPerSecond: amount.describe('Network rate from the program, in bits per second.'),
  })
  .partial();

const LABEL = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;

export const labels = z
  .record(z.string().regex(LABEL), z.string().max(256))
  .refine((given) => Object.keys(given).length <= 32, 'expected at most 32 labels')
  .describe('Names and values of your own, to find executions by.');

export const executionId = z
  .string()
  .regex(/^[0-9a-z]{12}$/)
  .describe('Id of an execution.');

export const idParams = z.strictObject({ id: executionId });

export const timestamp = z.iso.datetime();

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** RFC 9457. */
export const problem = z
  .object({
    type: z.string().describe('Names the problem: a reference to the catalogue of errors.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What was expected, what was got, and what to do.'),
    code: z.string().describe('The same name as in `type`, without its beginning.'),
    instance: z.string().optional(),
    retryAfterSeconds: z.number().optional(),
  })
  .describe('What went wrong (RFC 9457).');

/** What archives are sent and answered as. */
export const ARCHIVE_TYPES = ['application/x-tar', 'application/gzip', 'application/zip'] as const;

const problemResponse = {
  description: 'It went wrong; the document says how.',
  headers: {
    'retry-after': { type: 'integer', description: 'Seconds after which to try again.' },
    'www-authenticate': { type: 'string', description: 'What kind of key is asked for.' },
  },
  content: { 'application/problem+json': { schema: problem } },
};

/** What every route may answer. */
export const PROBLEMS = { '4xx': problemResponse, '5xx': problemResponse } as const;
