import { z } from 'zod';
import { allocation, timestamp } from './common.ts';

export const health = z.object({
  status: z.string(),
  version: z.string().describe('Of the server.'),
});

export const node = z.object({
  capacity: allocation,
  free: allocation,
  running: z.int(),
  queued: z.int(),
  draining: z.boolean(),
  /** Instances that were made before an execution has come for them. */
  warm: z.object({
    memoryBytes: z.number(),
    languages: z.array(
      z.object({
        language: z.string(),
        ready: z.int(),
        starting: z.int(),
        warmStarts: z.int(),
        coldStarts: z.int(),
      }),
    ),
  }),
  enforcement: z.object({ kind: z.string() }).loose(),
});

export const ledger = z.object({
  reservations: z.array(
    z.object({
      execution: z.string(),
      tenant: z.string().describe('Whose it is; `limber-warm`: of instances made in advance.'),
      allocation,
      controllerPid: z.int(),
    }),
  ),
});

export const historyQuery = z.strictObject({
  after: timestamp.optional().describe('What was read later alone.'),
});

export const nodeHistory = z
  .object({
    intervalMs: z.int(),
    readings: z.array(
      z.object({
        at: timestamp,
        allocated: allocation.describe('By whomever.'),
        used: allocation.describe("The tenant's; with the scope `admin`, that of all tenants."),
      }),
    ),
  })
  .describe('Of the last quarter of an hour and since the server was started, oldest first.');
