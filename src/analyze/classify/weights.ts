import type { Encoding } from './vector.ts';
import type { LinearModel } from './softmax.ts';

/** What is shipped: names as lines of text, numbers as bytes in base 64. */
export type PackedWeights = {
  readonly classes: number;
  readonly shapes: string;
  /** Inverse document frequencies, 32-bit floats. */
  readonly idf: string;
  /** `name mean deviation`, one a line. */
  readonly measures: string;
  /** What each byte of a feature's weights is worth, 32-bit floats. */
  readonly scales: string;
  /** Weights by class, then by feature. */
  readonly weights: string;
};

export function pack(encoding: Encoding, model: LinearModel): PackedWeights {
  const { width, classes, weights } = model;
  const scales = Float32Array.from({ length: width }, (_, feature) => scaleOf(model, feature));
  const bytes = Int8Array.from(weights, (weight, k) => Math.round(weight / scales[k % width]!));
  return {
    classes,
    shapes: [...encoding.shapes.keys()].join('\n'),
    idf: toBase64(Float32Array.from(encoding.shapes.values(), ({ idf }) => idf)),
    measures: encoding.measures
      .map(
        ({ name, mean, deviation }) => `${name} ${mean.toPrecision(5)} ${deviation.toPrecision(5)}`,
      )
      .join('\n'),
    scales: toBase64(scales),
    weights: toBase64(bytes),
  };
}

/** The largest weight of a feature becomes 127. */
function scaleOf({ width, classes, weights }: LinearModel, feature: number): number {
  let most = 0;
  for (let label = 0; label < classes; label += 1)
    most = Math.max(most, Math.abs(weights[label * width + feature]!));
  return most / 127 || 1e-9;
}

export function unpack(packed: PackedWeights): { encoding: Encoding; model: LinearModel } {
  const scales = floatsFrom(packed.scales);
  const idf = floatsFrom(packed.idf);
  const bytes = new Int8Array(bytesFrom(packed.weights));
  const weights = Float64Array.from(bytes, (byte, k) => byte * scales[k % scales.length]!);
  const shapes = new Map(
    packed.shapes.split('\n').map((shape, at) => [shape, { at, idf: idf[at]! }]),
  );
  const measures = packed.measures.split('\n').map((line) => {
    const [name, mean, deviation] = line.split(' ');
    return { name: name!, mean: Number(mean), deviation: Number(deviation) };
  });
  const model = { width: scales.length, classes: packed.classes, weights };
  return { encoding: { shapes, measures }, model };
}

function toBase64(numbers: Float32Array | Int8Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

function bytesFrom(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer;
}

function floatsFrom(text: string): Float32Array {
  return new Float32Array(bytesFrom(text));
}
