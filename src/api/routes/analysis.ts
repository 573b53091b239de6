import { documentSchema } from '#analyze/report/schema.ts';
import type { Services } from '#serve/services.ts';
import { analysisBody } from '../schemas/analysis.ts';
import { PROBLEMS } from '../schemas/common.ts';
import type { Api } from '../server.ts';

/** What the code looks like and may need, without running it. */
export function addAnalysisRoutes(api: Api, { engine }: Services): void {
  const { weights } = engine.config.complexity;
  api.post(
    '/v1/analyze',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'analyze',
        tags: ['analysis'],
        summary: 'Complexity profile and demand estimate of code, without running it',
        body: analysisBody,
        response: { 200: documentSchema, ...PROBLEMS },
      },
    },
    async ({ body: { code, language, file } }, reply) => {
      const named = file === undefined ? {} : { file };
      const input = { source: code, language, weights, ...named };
      const document = await engine.reader.documentOf(input);
      // It comes as text from another thread: to read it here would keep the loop waiting.
      return reply.type('application/json').serializer(asItIs).send(document);
    },
  );
}

function asItIs(text: unknown): string {
  return text as string;
}
