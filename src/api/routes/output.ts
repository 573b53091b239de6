import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Services } from '#serve/services.ts';
import { sizeOf } from '../execution-view.ts';
import { ownExecution } from '../own-execution.ts';
import { idParams, PROBLEMS } from '../schemas/common.ts';
import type { Api } from '../server.ts';

const CHUNK_BYTES = 64 * 1024;

const outputParams = z.strictObject({
  ...idParams.shape,
  stream: z.enum(['stdout', 'stderr']),
});

const outputQuery = z.strictObject({
  follow: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Go on until the execution has ended.'),
  fromByte: z.coerce.number().int().min(0).default(0),
  download: z.enum(['true', 'false']).default('false').describe('Answer as a file to save.'),
});

export function addOutputRoutes(api: Api, services: Services): void {
  api.get(
    '/v1/executions/:id/output/:stream',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getOutput',
        tags: ['output'],
        summary: 'What it wrote, byte for byte',
        params: outputParams,
        querystring: outputQuery,
        response: {
          200: {
            description: 'The bytes.',
            headers: {
              'x-content-type-options': { const: 'nosniff' },
              'content-disposition': { type: 'string', description: 'Of a download.' },
            },
            content: {
              'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
            },
          },
          ...PROBLEMS,
        },
      },
    },
    async ({ params, query, caller, raw }, reply) => {
      const { id } = ownExecution(services, caller, params.id);
      const { stream } = params;
      const path = services.executions.paths(id)[stream];
      const gone = new AbortController();
      raw.socket.once('close', () => gone.abort());
      const bytes = readOutput(
        services,
        { id, path, follow: query.follow === 'true', fromByte: query.fromByte },
        gone.signal,
      );
      void reply.header('x-content-type-options', 'nosniff').type('application/octet-stream');
      if (query.download === 'true')
        void reply.header('content-disposition', `attachment; filename="${id}.${stream}"`);
      return reply.send(Readable.from(bytes, { objectMode: false }));
    },
  );
}

/** To its end now, or as it comes until the execution has ended. */
async function* readOutput(
  { store, bus }: Services,
  what: {
    readonly id: string;
    readonly path: string;
    readonly follow: boolean;
    readonly fromByte: number;
  },
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { id, path, follow } = what;
  let wake = (): void => {};
  const stop = bus.subscribe({ execution: id, kinds: ['output', 'state'] }, () => wake());
  signal.addEventListener('abort', () => wake(), { once: true });
  let atByte = what.fromByte;
  try {
    while (!signal.aborted) {
      const more = new Promise<void>((resolve) => (wake = resolve));
      // Asked before reading: what is written up to its end is read.
      const isLast = !follow || (store.find(id)?.state ?? 'ended') === 'ended';
      for await (const chunk of readFrom(path, atByte)) {
        atByte += chunk.length;
        yield chunk;
      }
      if (isLast) return;
      if (sizeOf(path) <= atByte) await more;
    }
  } finally {
    stop();
  }
}

export async function* readFrom(
  path: string,
  fromByte: number,
  toByte = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  if (sizeOf(path) <= fromByte) return;
  await using file = await open(path, 'r');
  for (let atByte = fromByte; atByte < toByte;) {
    const length = Math.min(CHUNK_BYTES, toByte - atByte);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, atByte);
    if (bytesRead === 0) return;
    atByte += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
