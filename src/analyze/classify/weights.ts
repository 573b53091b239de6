import type { Encoding } from './vector.ts';
import type { LinearModel } from './softmax.ts';

/** What is shipped: numbers rounded to what they are worth, weights as bytes in base 64. */
export type PackedWeights = {
  readonly shapes: readonly string[];
  readonly idf: readonly number[];
  readonly measures: Encoding['measures'];
  readonly classes: number;
  /** Multiplies each byte of its group of features. */
  readonly scales: readonly number[];
  readonly bytes: string;
};

const DIGITS = 3;

export function pack(encoding: Encoding, model: LinearModel): PackedWeights {
  const { width, classes, weights } = model;
  const scales = Array.from({ length: width }, (_, feature) => {
    let most = 0;
    for (let label = 0; label < classes; label += 1)
      most = Math.max(most, Math.abs(weights[label * width + feature]!));
    return rounded(most / 127) || 1e-9;
  });
  const bytes = Int8Array.from(weights, (weight, k) =>
    Math.max(-127, Math.min(127, Math.round(weight / scales[k % width]!))),
  );
  return {
    shapes: [...encoding.shapes.keys()],
    idf: [...encoding.shapes.values()].map(({ idf }) => rounded(idf)),
    measures: encoding.measures.map(({ name, mean, deviation }) => ({
      name,
      mean: rounded(mean),
      deviation: rounded(deviation),
    })),
    classes,
    scales,
    bytes: Buffer.from(bytes.buffer).toString('base64'),
  };
}

export function unpack(packed: PackedWeights): { encoding: Encoding; model: LinearModel } {
  const { scales, classes } = packed;
  const bytes = new Int8Array(Buffer.from(packed.bytes, 'base64'));
  const weights = Float64Array.from(bytes, (byte, k) => byte * scales[k % scales.length]!);
  const shapes = new Map(packed.shapes.map((shape, at) => [shape, { at, idf: packed.idf[at]! }]));
  return {
    encoding: { shapes, measures: packed.measures },
    model: { width: scales.length, classes, weights },
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
