import { createHash } from 'node:crypto';
import { chancesOf, learn } from './learn.ts';
import type { Labelled } from './data.ts';

export type Prediction = { readonly program: Labelled; readonly chances: readonly number[] };

/** Every program is predicted by weights that have not seen it. Folds are cut by a hash. */
export function crossValidate(
  programs: readonly Labelled[],
  folds: number,
  salt = '',
): Prediction[] {
  const foldOf = (each: Labelled) =>
    createHash('sha256')
      .update(salt + each.program.source)
      .digest()
      .readUInt32LE() % folds;
  return Array.from({ length: folds }, (_, fold) => fold).flatMap((fold) => {
    const learned = learn(programs.filter((each) => foldOf(each) !== fold));
    return programs
      .filter((each) => foldOf(each) === fold)
      .map((program) => ({ program, chances: chancesOf(learned, program.evidence) }));
  });
}

export function accuracyOf(
  predictions: readonly Prediction[],
  choose: (prediction: Prediction) => number,
): Record<string, number> {
  const result: Record<string, number> = {};
  for (const language of ['python', 'java']) {
    const own = predictions.filter(({ program }) => program.program.language === language);
    result[language] =
      own.filter((each) => choose(each) === each.program.label).length / own.length;
  }
  return result;
}

export function boundOf({ program }: Prediction): number {
  return program.evidence.measures['boundClass'] ?? 0;
}
