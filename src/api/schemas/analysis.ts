import { z } from 'zod';
import { LANGUAGES } from '#model/execution.ts';

/** What may be run may be looked at. Whole folders are for `limber analyze`. */
const LONGEST_CODE = 4 * 2 ** 20;

export const analysisBody = z.strictObject({
  code: z.string().min(1).max(LONGEST_CODE),
  language: z.enum(LANGUAGES).exclude(['unknown']),
  file: z.string().max(256).optional().describe('What the code is called in the answer.'),
});
