import { z } from 'zod';
import { LANGUAGES } from '#model/execution.ts';

/** The loop looks after running programs on the same thread: longer code is for `limber analyze`. */
const LONGEST_CODE = 256 * 1024;

export const analysisBody = z.strictObject({
  code: z.string().min(1).max(LONGEST_CODE),
  language: z.enum(LANGUAGES).exclude(['unknown']),
  file: z.string().max(256).optional().describe('What the code is called in the answer.'),
});
