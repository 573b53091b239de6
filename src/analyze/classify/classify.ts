import { COMPLEXITY_CLASSES, type ComplexityClass } from '#model/complexity.ts';
import { classOf, describeGrowth } from '#analyze/features/bounds/growth.ts';
import type { Measured } from '#analyze/measure.ts';
import { evidenceOf } from './evidence.ts';
import { logits, softmax } from './softmax.ts';
import { encode } from './vector.ts';
import packed from './weights.json' with { type: 'json' };
import { unpack } from './weights.ts';

export type Classification = {
  readonly class: ComplexityClass;
  readonly derivation: readonly string[];
};

/** The bound stands unless what was learned prefers another class by at least this much. */
const LEAST_MARGIN = 0.05;
/** A program this short shows all there is of its structure. */
const LEAST_CHARACTERS = 160;
/** It was learned from programs that answer their standard input; others keep their bound. */
const STANDARD_INPUT = /\b(raw_)?input\s*\(|\bstdin\b|\bSystem\s*\.\s*in\b|\bopen\(0\)/;
const LEARNED_LANGUAGES: ReadonlySet<string> = new Set(['python', 'java']);

let learned: ReturnType<typeof unpack> | undefined;

/**
 * The program's worst-case class: the bound that its structure gives, corrected by what expert labels
 * taught about programs built like it, in the languages that were learned from.
 */
export function classify(measured: Measured): Classification {
  const { growth, steps } = measured.program;
  const { survey } = measured;
  const bound = COMPLEXITY_CLASSES.indexOf(classOf(growth));
  const derivation =
    steps.length > 0
      ? [...steps, `so the structure gives ${describeGrowth(growth)}`]
      : ['no loop or recursion depends on input'];
  const isLearned = LEARNED_LANGUAGES.has(survey.spec.language) && isAlike(survey.root.text);
  if (!isLearned || measured.deadline.cut !== undefined)
    return { class: COMPLEXITY_CLASSES[bound]!, derivation };
  const chances = chancesOf(measured);
  const chosen = decide({ bound, chances, source: survey.root.text });
  const reasons = chosen === bound ? [] : [preference(chances, chosen, bound)];
  return { class: COMPLEXITY_CLASSES[chosen]!, derivation: [...derivation, ...reasons] };
}

/** Numbers of classes in ascending order; shared with the script that measures how good this is. */
export function decide(given: {
  readonly bound: number;
  readonly chances: readonly number[];
  readonly source: string;
}): number {
  const { bound, chances, source } = given;
  const likeliest = chances.indexOf(Math.max(...chances));
  const isClear = chances[likeliest]! - chances[bound]! > LEAST_MARGIN;
  return isClear && isAlike(source) ? likeliest : bound;
}

/** Like the programs that it was learned from. */
function isAlike(source: string): boolean {
  return source.length >= LEAST_CHARACTERS && STANDARD_INPUT.test(source);
}

function preference(chances: readonly number[], chosen: number, bound: number): string {
  const percent = (at: number) => `${Math.round(chances[at]! * 100)} %`;
  return `programs built like this one are more often ${COMPLEXITY_CLASSES[chosen]} (${percent(chosen)}) than ${COMPLEXITY_CLASSES[bound]} (${percent(bound)})`;
}

/** The chance of each class, in ascending order of the classes. */
function chancesOf(measured: Measured): number[] {
  learned ??= unpack(packed);
  return softmax(logits(learned.model, encode(evidenceOf(measured), learned.encoding)));
}
