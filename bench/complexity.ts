import { COMPLEXITY_CLASSES } from '#model/complexity.ts';
import { decide } from '#analyze/classify/classify.ts';
import {
  accuracyOf,
  boundOf,
  crossValidate,
  type Prediction,
} from './codecomplex/cross-validate.ts';
import { readPrograms, withEvidence } from './codecomplex/data.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';

const FOLDS = 10;
/** Accuracy of class from source alone, from the score files of the data set's authors. */
const GPT_4: Readonly<Record<string, number>> = { python: 0.538, java: 0.6 };

/** What `analyze` would say, had it learned without this program. */
function chosen(prediction: Prediction): number {
  const { source } = prediction.program.program;
  return decide({ bound: boundOf(prediction), chances: prediction.chances, source });
}

function report(language: string, predictions: readonly Prediction[]) {
  const own = predictions.filter(({ program }) => program.program.language === language);
  const pairs = own.map((each) => ({ truth: each.program.label, said: chosen(each) }));
  const hierarchy =
    pairs.reduce((sum, { truth, said }) => sum + 1 - Math.abs(truth - said) / 6, 0) / pairs.length;
  const accuracy = accuracyOf(predictions, chosen)[language]!;
  console.log(`\n${language}: ${own.length} programs, ${FOLDS}-fold cross-validated`);
  const figures = {
    accuracy,
    boundAlone: accuracyOf(predictions, boundOf)[language]!,
    gpt4: GPT_4[language]!,
    weightedF1: weightedF1(pairs),
    hierarchy,
  };
  for (const [name, share] of Object.entries(figures)) console.log(`  ${name} ${percent(share)}`);
  const matrix = confusion(pairs);
  console.table(matrix);
  return { language, programs: own.length, ...figures, confusion: matrix };
}

function weightedF1(pairs: readonly { truth: number; said: number }[]): number {
  return COMPLEXITY_CLASSES.reduce((sum, _, label) => {
    const truths = pairs.filter(({ truth }) => truth === label).length;
    const saids = pairs.filter(({ said }) => said === label).length;
    const right = pairs.filter(({ truth, said }) => truth === label && said === label).length;
    return sum + (truths / pairs.length) * (right === 0 ? 0 : (2 * right) / (truths + saids));
  }, 0);
}

function confusion(pairs: readonly { truth: number; said: number }[]) {
  const row = (label: number) =>
    Object.fromEntries(
      COMPLEXITY_CLASSES.map((name, at) => [
        name,
        pairs.filter(({ truth, said }) => truth === label && said === at).length,
      ]),
    );
  return Object.fromEntries(COMPLEXITY_CLASSES.map((name, label) => [name, row(label)]));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Classes of labelled programs, each classified by weights that have not seen it. */
export async function bench(): Promise<void> {
  const programs = readPrograms();
  if (programs === undefined) {
    console.log('skipped: ../shared/data/codecomplex.jsonl is not here');
    return;
  }
  const machine = beginBenchmark('complexity');
  const predictions = crossValidate(await withEvidence(programs), FOLDS);
  const figures = ['python', 'java'].map((language) => report(language, predictions));
  writeResult('complexity', machine, { folds: FOLDS, figures });
}
