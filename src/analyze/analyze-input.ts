import type { Language } from '#model/execution.ts';
import type { ScoreWeights } from './score.ts';

export type AnalyzeInput = {
  readonly source: string;
  readonly language: Language;
  /** Shown in the profile; a `.tsx` name selects the grammar with JSX. */
  readonly file?: string;
  /** The analysis stops after this time: the profile then holds what is known and says that it was cut. */
  readonly deadlineMs?: number;
  /** Of the score's factors; the documented ones, where absent. */
  readonly weights?: ScoreWeights;
};
