import type { Readable } from 'node:stream';
import { z } from 'zod';
import { LimberError } from '#model/errors.ts';
import type { Services } from '#serve/services.ts';
import { runningExecution } from '../own-execution.ts';
import { idParams, PROBLEMS } from '../schemas/common.ts';
import type { Api } from '../server.ts';

/** Standard input while the program runs. */
export function addInputRoutes(api: Api, services: Services): void {
  const about = (operationId: string, summary: string) => ({
    operationId,
    tags: ['input'],
    summary,
    params: idParams,
    response: { 204: z.null(), ...PROBLEMS },
  });
  api.post(
    '/v1/executions/:id/stdin',
    {
      config: { scope: 'run' },
      schema: {
        ...about(
          'sendInput',
          'Send bytes to its standard input; answers when the program has taken them',
        ),
        consumes: ['application/octet-stream'],
      },
    },
    async ({ params, caller, body }, reply) => {
      const { running } = runningExecution(services, caller, params.id);
      for await (const chunk of bytesOf(body)) {
        const taken = (await running.instance.input?.write(chunk)) ?? false;
        if (!taken) throw new LimberError('input-closed', { id: params.id });
      }
      return reply.code(204).send(null);
    },
  );
  api.post(
    '/v1/executions/:id/stdin/close',
    { config: { scope: 'run' }, schema: about('closeInput', 'End its standard input') },
    async ({ params, caller }, reply) => {
      const { running } = runningExecution(services, caller, params.id);
      await running.instance.input?.end();
      return reply.code(204).send(null);
    },
  );
}

/** The parser of `application/octet-stream` hands on the stream itself; nothing else is accepted. */
export function bytesOf(body: unknown): Readable {
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
    return body as Readable;
  throw new LimberError('media-type-unknown', {
    expected: 'application/octet-stream',
    got: body === undefined || body === null ? 'nothing' : 'application/json',
  });
}
