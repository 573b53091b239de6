import { z } from 'zod';
import type { ControlRequest } from '#model/control.ts';

const size = z.number().positive();

const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('set'), changes: z.record(z.string(), z.string()) }),
  z.strictObject({
    kind: z.literal('resize'),
    sizes: z.strictObject({
      cpuCores: size.optional(),
      memoryBytes: size.optional(),
      ingressBitsPerSecond: size.optional(),
      egressBitsPerSecond: size.optional(),
    }),
  }),
  z.strictObject({ kind: z.literal('lock') }),
  z.strictObject({ kind: z.literal('unlock') }),
  z.strictObject({ kind: z.literal('stop') }),
]);

/** One line that a client sent; undefined when it is none of the protocol's. */
export function parseRequest(line: string): ControlRequest | undefined {
  try {
    return requestSchema.parse(JSON.parse(line)) as ControlRequest;
  } catch {
    return undefined;
  }
}
