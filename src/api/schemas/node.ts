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
  enforcement: z.object({ kind: z.string() }).loose(),
});

export const ledger = z.object({
  reservations: z.array(z.object({ execution: z.string(), allocation, controllerPid: z.int() })),
});
