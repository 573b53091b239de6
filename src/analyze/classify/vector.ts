import type { Evidence } from './evidence.ts';
import type { SparseVector } from './softmax.ts';

/** How evidence becomes numbers: learned once, shipped with the weights. */
export type Encoding = {
  /** Shapes in order of their feature number, with their inverse document frequency. */
  readonly shapes: ReadonlyMap<string, { readonly at: number; readonly idf: number }>;
  /** Measures with mean and deviation of sign(x) · log(1 + |x|). */
  readonly measures: readonly {
    readonly name: string;
    readonly mean: number;
    readonly deviation: number;
  }[];
};

/** Relative weight of the three groups; set by cross-validation. */
export const GROUP_SCALE = { measures: 0.03, bounds: 0.3 } as const;

const BOUNDS = ['boundClass', 'looseClass', 'worstClass', 'worstLooseClass'] as const;
const CLASSES = 7;

export function boundsWidth(): number {
  return BOUNDS.length * CLASSES * 2;
}

export function widthOf({ shapes, measures }: Encoding): number {
  return shapes.size + measures.length + boundsWidth() + 1;
}

export function encode(evidence: Evidence, encoding: Encoding): SparseVector {
  const at: number[] = [];
  const values: number[] = [];
  const shapes = encodeShapes(evidence, encoding);
  at.push(...shapes.at);
  values.push(...shapes.values);
  encoding.measures.forEach(({ name, mean, deviation }, k) => {
    at.push(encoding.shapes.size + k);
    values.push(
      deviation === 0
        ? 0
        : ((squeeze(evidence.measures[name] ?? 0) - mean) / deviation) * GROUP_SCALE.measures,
    );
  });
  const base = encoding.shapes.size + encoding.measures.length;
  for (const feature of boundFeatures(evidence)) {
    at.push(base + feature);
    values.push(GROUP_SCALE.bounds);
  }
  return { at, values };
}

/** (1 + log count) · idf, scaled to length one, so that long programs do not weigh more. */
function encodeShapes({ shapes }: Evidence, encoding: Encoding): SparseVector {
  const at: number[] = [];
  const values: number[] = [];
  let squares = 0;
  for (const [shape, count] of shapes) {
    const known = encoding.shapes.get(shape);
    if (known === undefined) continue;
    const value = (1 + Math.log(count)) * known.idf;
    squares += value * value;
    at.push(known.at);
    values.push(value);
  }
  const length = Math.sqrt(squares) || 1;
  return { at, values: values.map((value) => value / length) };
}

/** One feature per bound and class, for each of the two kinds of program that were learned from. */
function boundFeatures({ measures, scripted }: Evidence): number[] {
  return BOUNDS.map(
    (name, k) => ((scripted ? 0 : BOUNDS.length) + k) * CLASSES + (measures[name] ?? 0),
  );
}

export function squeeze(value: number): number {
  return Math.sign(value) * Math.log1p(Math.abs(value));
}
