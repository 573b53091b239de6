import type { Evidence } from '#analyze/classify/evidence.ts';
import { logits, softmax, type LinearModel } from '#analyze/classify/softmax.ts';
import { boundsWidth, encode, squeeze, widthOf, type Encoding } from '#analyze/classify/vector.ts';
import type { Labelled } from './data.ts';
import { fit, type Example } from './fit.ts';

const CLASSES = 7;
/** Shapes that fewer programs show say nothing about others. */
const LEAST_PROGRAMS = 4;
export const PENALTY = { all: 0.03, shapes: 0.03, bounds: 1 } as const;

export type Learned = { readonly encoding: Encoding; readonly model: LinearModel };

/**
 * Three regressions — on everything, on shapes alone, on bounds alone — whose scores add up. All are
 * linear, so their sum is one linear model.
 */
export function learn(programs: readonly Labelled[]): Learned {
  const encoding = learnEncoding(programs.map(({ evidence }) => evidence));
  const width = widthOf(encoding);
  const examples = programs.map(({ evidence, label }) => ({
    vector: encode(evidence, encoding),
    label,
  }));
  const bounds = width - 1 - boundsWidth();
  const models = [
    fit(examples, { width, classes: CLASSES, penalty: PENALTY.all }),
    fit(
      only(examples, (at) => at < encoding.shapes.size),
      { width, classes: CLASSES, penalty: PENALTY.shapes },
    ),
    fit(
      only(examples, (at) => at >= bounds),
      { width, classes: CLASSES, penalty: PENALTY.bounds * 0.09 },
    ),
  ];
  const weights = new Float64Array(width * CLASSES);
  for (const model of models) model.weights.forEach((weight, k) => (weights[k]! += weight));
  return { encoding, model: { width, classes: CLASSES, weights } };
}

export function chancesOf({ encoding, model }: Learned, evidence: Evidence): number[] {
  return softmax(logits(model, encode(evidence, encoding)));
}

function only(examples: readonly Example[], keep: (at: number) => boolean): Example[] {
  return examples.map(({ vector, label }) => {
    const kept = vector.at
      .map((at, k) => [at, vector.values[k]!] as const)
      .filter(([at]) => keep(at));
    return {
      label,
      vector: { at: kept.map(([at]) => at), values: kept.map(([, value]) => value) },
    };
  });
}

function learnEncoding(all: readonly Evidence[]): Encoding {
  const frequency = new Map<string, number>();
  for (const { shapes } of all)
    for (const shape of shapes.keys()) frequency.set(shape, (frequency.get(shape) ?? 0) + 1);
  const frequent = [...frequency]
    .filter(([, count]) => count >= LEAST_PROGRAMS)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const shapes = new Map(
    frequent.map(([shape, count], at) => [
      shape,
      { at, idf: 1 + Math.log((1 + all.length) / (1 + count)) },
    ]),
  );
  const names = Object.keys(all[0]?.measures ?? {}).sort();
  return {
    shapes,
    measures: names.map((name) => ({
      name,
      ...momentsOf(all.map(({ measures }) => squeeze(measures[name] ?? 0))),
    })),
  };
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
