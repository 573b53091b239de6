export type HistogramOptions = {
  readonly firstBucket: number;
  readonly most: number;
  /** Each bucket is wider than the one before by this factor. */
  readonly growth: number;
  readonly halfLifeMs: number;
};

/**
 * Weights by bucket of exponentially growing width; a sample that is a half-life younger weighs
 * twice as much. Bucket n begins at first · (growthⁿ − 1) / (growth − 1).
 * After kubernetes/autoscaler, vertical-pod-autoscaler/pkg/recommender/util/decaying_histogram.go
 * and histogram_options.go.
 */
export class DecayingHistogram {
  readonly #options: HistogramOptions;
  readonly #weights: Float64Array;
  #total = 0;

  constructor(options: HistogramOptions) {
    this.#options = options;
    this.#weights = new Float64Array(this.#bucketOf(options.most) + 1);
  }

  get isEmpty(): boolean {
    return this.#total <= 0;
  }

  add(value: number, weight: number, atMs: number): void {
    this.#put(value, weight * 2 ** (atMs / this.#options.halfLifeMs));
  }

  /** Takes back what was added with the same three values. */
  subtract(value: number, weight: number, atMs: number): void {
    this.#put(value, -weight * 2 ** (atMs / this.#options.halfLifeMs));
  }

  /** The end of the bucket in which the share is reached; 0 when empty. */
  percentile(share: number): number {
    if (this.isEmpty) return 0;
    const threshold = share * this.#total;
    let sum = 0;
    let bucket = 0;
    for (; bucket < this.#weights.length - 1; bucket++) {
      sum += this.#weights[bucket]!;
      if (sum >= threshold) break;
    }
    return this.#beginOf(bucket + 1);
  }

  #put(value: number, weight: number): void {
    const bucket = Math.min(this.#weights.length - 1, this.#bucketOf(value));
    this.#weights[bucket] = Math.max(0, this.#weights[bucket]! + weight);
    this.#total = Math.max(0, this.#total + weight);
  }

  #bucketOf(value: number): number {
    const { firstBucket, growth } = this.#options;
    if (value < firstBucket) return 0;
    return Math.floor(Math.log((value * (growth - 1)) / firstBucket + 1) / Math.log(growth));
  }

  #beginOf(bucket: number): number {
    const { firstBucket, growth } = this.#options;
    return (firstBucket * (growth ** bucket - 1)) / (growth - 1);
  }
}
