import type { ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import { LimberError } from '#model/errors.ts';
import type { CodeReader } from '#analyze/code-reader.ts';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import { analyzeDocument } from '#analyze/report/document.ts';
import type { Question } from './question.ts';
import { ReadingRoom, type ReadingLimits } from './reading-room.ts';

/**
 * The same answers as in this thread, from others. Of code that ends the thread which reads it, what
 * it looks like is unknown.
 */
export function readAside(
  limits: Partial<ReadingLimits> = {},
): CodeReader & { readonly close: () => Promise<void> } {
  const room = new ReadingRoom(limits);

  async function ask<Found>(question: Question, orElse: (why: string) => Found): Promise<Found> {
    try {
      return (await room.ask(question)) as Found;
    } catch (error) {
      if (error instanceof LimberError) throw error;
      return orElse(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    profileOfProgram: (program) =>
      ask({ ask: 'profileOfProgram', about: [program] }, unread(program.language, program.path)),
    documentOf: (input) =>
      ask({ ask: 'documentOf', about: [input] }, (why) =>
        JSON.stringify(analyzeDocument([unread(input.language, input.file)(why)])),
      ),
    // What nobody could read is like no other source.
    tokensOf: async (...about) => ask({ ask: 'tokensOf', about }, () => about[0]),
    close: () => room.close(),
  };
}

function unread(language: Language, file: string | undefined) {
  return (why: string): ComplexityProfile =>
    unknownProfile({ language, file, reason: `the analysis stopped: ${why}` });
}
