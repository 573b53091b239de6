import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import { mustHaveRoom } from '#serve/disk/room.ts';
import { pack } from '#serve/archives/pack.ts';
import { listBelow } from '#serve/files/work-folder.ts';
import type { Services } from '#serve/services.ts';
import { ownExecution } from '../own-execution.ts';
import { ARCHIVE_TYPES, idParams, PROBLEMS } from '../schemas/common.ts';
import { archive, archiveId } from '../schemas/files.ts';
import type { Api } from '../server.ts';
import { bytesOf } from './input.ts';

const TAGS = ['archives'];

const TYPE_OF = {
  tar: 'application/x-tar',
  'tar.gz': 'application/gzip',
  zip: 'application/zip',
} as const;

const packQuery = z.strictObject({
  format: z.enum(['tar', 'tar.gz', 'zip']).default('tar.gz'),
  folder: z.string().default('').describe('Of the work folder; empty: all of it.'),
});

/** Many files at once: in, to be run once or often, and out. */
export function addArchiveRoutes(api: Api, services: Services): void {
  addKept(api, services);
  addPacked(api, services);
}

function addKept(api: Api, { archives, engine, executions }: Services): void {
  api.post(
    '/v1/archives',
    {
      bodyLimit: engine.config.serve.maxArchiveBytes,
      config: { scope: 'run' },
      schema: {
        operationId: 'putArchive',
        tags: TAGS,
        summary: 'Send a tar, tar.gz or zip, for executions to come',
        consumes: ['application/octet-stream', ...ARCHIVE_TYPES],
        response: { 201: archive, ...PROBLEMS },
      },
    },
    async ({ caller, body }, reply) => {
      mustHaveRoom(executions.room);
      void reply.code(201);
      return archives.put(caller.tenant, bytesOf(body));
    },
  );
  api.delete(
    '/v1/archives/:id',
    {
      config: { scope: 'run' },
      schema: {
        operationId: 'deleteArchive',
        tags: TAGS,
        summary: 'Forget an archive; executions that were made of it stay',
        params: z.strictObject({ id: archiveId }),
        response: { 204: z.null(), ...PROBLEMS },
      },
    },
    async ({ params: { id }, caller }, reply) => {
      if (!archives.remove(caller.tenant, id)) throw new LimberError('archive-unknown', { id });
      return reply.code(204).send(null);
    },
  );
}

function addPacked(api: Api, services: Services): void {
  const binary = { schema: z.string().meta({ format: 'binary' }) };
  api.get(
    '/v1/executions/:id/archive',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getArchive',
        tags: TAGS,
        summary: 'All files of its work folder, or of a folder below it, as one archive',
        params: idParams,
        querystring: packQuery,
        response: {
          200: {
            description: 'The archive; links are left out.',
            headers: {
              'x-content-type-options': { const: 'nosniff' },
              'content-disposition': { type: 'string', description: 'What it is called.' },
            },
            content: Object.fromEntries(ARCHIVE_TYPES.map((type) => [type, binary])),
          },
          ...PROBLEMS,
        },
      },
    },
    async ({ params, query, caller }, reply) => {
      const { id } = ownExecution(services, caller, params.id);
      const { work } = services.executions.paths(id);
      const { folder, format } = query;
      // Told before the first byte is sent.
      listBelow(work, folder);
      void reply
        .header('x-content-type-options', 'nosniff')
        .header('content-disposition', `attachment; filename="${id}.${format}"`)
        .type(TYPE_OF[format]);
      return reply.send(await pack(work, folder, format));
    },
  );
}
