import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import { formatBytes } from '#model/quantities.ts';
import { mustHaveRoom } from '#serve/disk/room.ts';
import { listBelow, openBelow, putBelow } from '#serve/files/work-folder.ts';
import type { Services } from '#serve/services.ts';
import { ownExecution } from '../own-execution.ts';
import { idParams, PROBLEMS } from '../schemas/common.ts';
import { entries } from '../schemas/files.ts';
import type { Api } from '../server.ts';
import { bytesOf } from './input.ts';

const TAGS = ['files'];
const fileParams = z.strictObject({ ...idParams.shape, '*': z.string() });

/** Files of the work folder, in and out, before, while and after it runs. */
export function addFileRoutes(api: Api, services: Services): void {
  const workOf = (id: string) => services.executions.paths(id).work;
  api.get(
    '/v1/executions/:id/files',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listFiles',
        tags: TAGS,
        summary: 'Names in its work folder, or in a folder below it',
        params: idParams,
        querystring: z.strictObject({ folder: z.string().default('') }),
        response: { 200: entries, ...PROBLEMS },
      },
    },
    async ({ params, query, caller }) => {
      const { id } = ownExecution(services, caller, params.id);
      return { entries: listBelow(workOf(id), query.folder) };
    },
  );
  api.get(
    '/v1/executions/:id/files/*',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getFile',
        tags: TAGS,
        summary: 'One file of its work folder',
        params: fileParams,
        response: {
          200: {
            description: 'The bytes.',
            headers: { 'x-content-type-options': { const: 'nosniff' } },
            content: {
              'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
            },
          },
          ...PROBLEMS,
        },
      },
    },
    async ({ params, caller }, reply) => {
      const { id } = ownExecution(services, caller, params.id);
      const { descriptor } = openBelow(workOf(id), params['*'], 'read');
      void reply.header('x-content-type-options', 'nosniff').type('application/octet-stream');
      return reply.send(createReadStream('', { fd: descriptor }));
    },
  );
  addPut(api, services, workOf);
}

function addPut(api: Api, services: Services, workOf: (id: string) => string): void {
  const { maxFileBytes } = services.engine.config.serve;
  api.put(
    '/v1/executions/:id/files/*',
    {
      bodyLimit: maxFileBytes,
      config: { scope: 'run' },
      schema: {
        operationId: 'putFile',
        tags: TAGS,
        summary: 'Write a file into its work folder',
        consumes: ['application/octet-stream'],
        params: fileParams,
        response: { 204: z.null(), ...PROBLEMS },
      },
    },
    async ({ params, caller, body }, reply) => {
      const { id } = ownExecution(services, caller, params.id);
      mustHaveRoom(services.executions.room);
      const bytes = bytesOf(body);
      await putBelow(workOf(id), params['*'], (descriptor) =>
        pipeline(
          bytes,
          atMost(maxFileBytes),
          createWriteStream('', { fd: descriptor, autoClose: false }),
        ),
      );
      return reply.code(204).send(null);
    },
  );
}

/** A stream tells no length before it ends. */
function atMost(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= maxBytes) return done(null, chunk);
      done(new LimberError('file-too-large', { max: formatBytes(maxBytes) }));
    },
  });
}
