import { z } from 'zod';
import { analyzeDocument } from '#analyze/report/document.ts';
import { documentSchema } from '#analyze/report/schema.ts';
import { LANGUAGES } from '#model/execution.ts';
import type { Services } from '#serve/services.ts';
import { PROBLEMS } from '../schemas/common.ts';
import type { Api } from '../server.ts';

/** The loop looks after running programs on the same thread: longer code is for `limber analyze`. */
const LONGEST_CODE = 256 * 1024;

const body = z.strictObject({
  code: z.string().min(1).max(LONGEST_CODE),
  language: z.enum(LANGUAGES).exclude(['unknown']),
  file: z.string().max(256).optional().describe('What the code is called in the answer.'),
});

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
        body,
        response: { 200: documentSchema, ...PROBLEMS },
      },
    },
    async ({ body: { code, language, file } }) => {
      const { analyze } = await import('#analyze/analyze.ts');
      const named = file === undefined ? {} : { file };
      return analyzeDocument([await analyze({ source: code, language, weights, ...named })]);
    },
  );
}
