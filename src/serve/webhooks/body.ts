import type { ServiceEvent } from '#record/service/events.ts';

/** What is sent of an event, in the form of Standard Webhooks. */
export function bodyOf({ sequence, execution, kind, atMs, body }: ServiceEvent): string {
  return JSON.stringify({
    type: `execution.${kind}`,
    timestamp: new Date(atMs).toISOString(),
    data: { execution, sequence, ...(body as object) },
  });
}
