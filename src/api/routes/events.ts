import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import { EVENT_KINDS, type EventFilter, type ServiceEvent } from '#record/service/events.ts';
import { followEvents } from '#serve/events/follow.ts';
import type { OutputRange } from '#serve/executions/output-watch.ts';
import type { Caller } from '#serve/keys/keys.ts';
import type { Services } from '#serve/services.ts';
import { ownExecution } from '../own-execution.ts';
import { idParams, isoTime, PROBLEMS } from '../schemas/common.ts';
import type { Api } from '../server.ts';
import { readFrom } from './output.ts';

const HEARTBEAT_MS = 15_000;
/** RFC 6455, 7.4.1. */
const INTERNAL_ERROR = 1011;
const TAGS = ['events'];

const eventsQuery = z.strictObject({
  kinds: z
    .string()
    .regex(/^[a-z]+(,[a-z]+)*$/)
    .optional()
    .describe(`Only these, separated by commas: ${EVENT_KINDS.join(', ')}.`),
  after: z.coerce.number().int().min(0).optional().describe('As Last-Event-ID.'),
  follow: z.enum(['true', 'false']).default('true').describe('false: end with what there is now.'),
});
const resumeHeader = z.looseObject({
  'last-event-id': z.string().regex(/^\d+$/).optional().describe('Go on after this event.'),
});

/** Event streams: `text/event-stream`, and the same as JSON over a WebSocket. */
export function addEventRoutes(api: Api, services: Services): void {
  const ofTenant = '/v1/events';
  const ofExecution = '/v1/executions/:id/events';
  addStream(api, services, { url: ofExecution, operationId: 'followExecution', params: idParams });
  addStream(api, services, {
    url: ofTenant,
    operationId: 'followTenant',
    params: z.strictObject({}),
  });
}

function addStream(
  api: Api,
  services: Services,
  route: { readonly url: string; readonly operationId: string; readonly params: z.ZodType },
): void {
  api.route({
    method: 'GET',
    url: route.url,
    config: { scope: 'read' },
    schema: {
      operationId: route.operationId,
      tags: TAGS,
      summary: 'What happens, as it happens; also by WebSocket at the same place',
      params: route.params,
      querystring: eventsQuery,
      headers: resumeHeader,
      response: {
        200: {
          description:
            'Server-sent events: id, event (its kind), data (JSON: `#/components/schemas/Event`).',
          headers: {
            'cache-control': { const: 'no-store' },
            'x-accel-buffering': { const: 'no' },
          },
          content: { 'text/event-stream': { schema: z.string() } },
        },
        ...PROBLEMS,
      },
    },
    handler: async (request, reply) => {
      const { filter, after, follow } = wanted(services, request);
      const gone = new AbortController();
      request.raw.socket.once('close', () => gone.abort());
      const stream = sse(services, filter, { after, follow, signal: gone.signal });
      void reply
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .type('text/event-stream');
      return reply.send(Readable.from(stream, { objectMode: false }));
    },
    wsHandler: (socket, request) => {
      const { filter, ...from } = wanted(services, request as unknown as Asked);
      const gone = new AbortController();
      socket.on('close', () => gone.abort());
      const send = async (): Promise<void> => {
        for await (const events of followEvents(services, filter, { ...from, signal: gone.signal }))
          for (const event of events) socket.send(JSON.stringify(await viewOf(services, event)));
      };
      // What was to be sent may be deleted meanwhile.
      send().then(
        () => socket.close(),
        () => socket.close(INTERNAL_ERROR),
      );
    },
  });
}

type Asked = {
  readonly params: unknown;
  readonly query: z.output<typeof eventsQuery>;
  readonly headers: { readonly 'last-event-id'?: string | undefined };
  readonly caller: Pick<Caller, 'tenant'>;
};

/** Of one execution, all that there was; of a tenant, what comes from now on. */
function wanted(services: Services, { params, query, headers, caller }: Asked) {
  const { id } = params as { id?: string };
  const kinds = query.kinds?.split(',').map((kind) => {
    const known = EVENT_KINDS.find((name) => name === kind);
    if (known) return known;
    throw new LimberError('request-invalid', { problem: `kinds: there is none named ${kind}` });
  });
  const filter: EventFilter = {
    ...(id === undefined
      ? { tenant: caller.tenant }
      : { execution: ownExecution(services, caller, id).id }),
    ...(kinds && { kinds }),
  };
  const given = headers['last-event-id'] ?? query.after;
  const start = id === undefined ? services.store.lastSequence() : 0;
  const follow = query.follow !== 'false';
  return { filter, follow, after: given === undefined ? start : Number(given) };
}

async function* sse(
  services: Services,
  filter: EventFilter,
  from: Parameters<typeof followEvents>[2],
): AsyncGenerator<string> {
  const batches = followEvents(services, filter, from);
  try {
    // Headers leave with the first bytes: whoever follows knows at once that it does.
    yield ':\n\n';
    for (let next = batches.next(); ;) {
      const batch = await Promise.race([next, heartbeat()]);
      if (batch === undefined) {
        yield ':\n\n';
        continue;
      }
      if (batch.done === true) return;
      for (const event of batch.value) {
        const { sequence, kind } = event;
        const data = JSON.stringify(await viewOf(services, event));
        yield `id: ${sequence}\nevent: ${kind}\ndata: ${data}\n\n`;
        if (isEndOf(filter, event)) return;
      }
      next = batches.next();
    }
  } finally {
    await batches.return(undefined);
  }
}

/** The last that there will ever be of one execution. */
function isEndOf({ execution }: EventFilter, { kind, body }: ServiceEvent): boolean {
  return (
    execution !== undefined && kind === 'state' && (body as { state: string }).state === 'ended'
  );
}

function heartbeat(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, HEARTBEAT_MS, undefined).unref());
}

/** Output is stored once, where the program wrote it: an event tells which bytes, and brings them. */
async function viewOf({ executions }: Services, event: ServiceEvent) {
  const { sequence, execution, kind, atMs, body } = event;
  const data =
    kind === 'output' ? await withBytes(executions.paths(execution), body as OutputRange) : body;
  return { sequence, execution, kind, at: isoTime(atMs), data };
}

async function withBytes(
  paths: Readonly<Record<OutputRange['stream'], string>>,
  range: OutputRange,
) {
  const chunks: Buffer[] = [];
  for await (const chunk of readFrom(paths[range.stream], range.fromByte, range.toByte))
    chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return {
    ...range,
    ...(isUtf8(bytes) ? { text: bytes.toString() } : { base64: bytes.toString('base64') }),
  };
}
