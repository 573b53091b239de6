import { z } from 'zod';
import { allocation } from './common.ts';

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
  reservations: z.array(z.object({ execution: z.string(), allocation, controllerPid: z.int() })),
});
