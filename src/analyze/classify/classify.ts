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
export const LEAST_MARGIN = 0.1;
const LEARNED_LANGUAGES: ReadonlySet<string> = new Set(['python', 'java']);
/** What is this short shows all there is of its structure. */
const LEAST_CHARACTERS = 200;

let learned: ReturnType<typeof unpack> | undefined;

/**
 * The program's worst-case class: the bound that its structure gives, corrected by what expert labels
 * taught about programs built like it, in the languages that were learned from.
 */
export function classify(measured: Measured): Classification {
  const { growth, steps } = measured.program;
  const bound = classOf(growth);
  const derivation =
    steps.length > 0
      ? [...steps, `so the structure gives ${describeGrowth(growth)}`]
      : ['no loop or recursion depends on input'];
  const { survey } = measured;
  if (!LEARNED_LANGUAGES.has(survey.spec.language) || survey.root.end < LEAST_CHARACTERS)
    return { class: bound, derivation };
  const chances = chancesOf(measured);
  const likeliest = chances.indexOf(Math.max(...chances));
  const margin = chances[likeliest]! - chances[COMPLEXITY_CLASSES.indexOf(bound)]!;
  if (margin <= LEAST_MARGIN) return { class: bound, derivation };
  const name = COMPLEXITY_CLASSES[likeliest]!;
  return {
    class: name,
    derivation: [
      ...derivation,
      `programs built like this one are ${name} more often (${Math.round(chances[likeliest]! * 100)} % against ${Math.round((chances[likeliest]! - margin) * 100)} %)`,
    ],
  };
}

/** The chance of each class, in ascending order of the classes. */
export function chancesOf(measured: Measured): number[] {
  learned ??= unpack(packed);
  return softmax(logits(learned.model, encode(evidenceOf(measured), learned.encoding)));
}
