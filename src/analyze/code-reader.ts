import type { ComplexityProfile } from '#model/complexity.ts';
import type { AnalyzeInput } from './analyze-input.ts';
import { analyzeDocument } from './report/document.ts';
import type { normalizedTokens } from './normalize.ts';
import type { Program } from './project/analyze-program.ts';

/** All that is asked about code that somebody hands in. */
export type CodeReader = {
  readonly profileOfProgram: (program: Program) => Promise<ComplexityProfile>;
  /** The document of `--format json`: it may be long, and whoever asks only hands it on. */
  readonly documentOf: (input: AnalyzeInput) => Promise<string>;
  readonly tokensOf: typeof normalizedTokens;
};

/** In the thread that asks. Parsers and language tables are loaded when there is code to read. */
export const readHere: CodeReader = {
  profileOfProgram: async (program) =>
    (await import('./project/analyze-program.ts')).analyzeProgram(program),
  documentOf: async (input) => {
    const { analyze } = await import('./analyze.ts');
    return JSON.stringify(analyzeDocument([await analyze(input)]));
  },
  tokensOf: async (...code) => (await import('./normalize.ts')).normalizedTokens(...code),
};
