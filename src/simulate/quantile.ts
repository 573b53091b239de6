/** Nearest rank of ascending values: p50 of [1, 2, 3, 4] is 2. 0 when there are none. */
export function quantileOf(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
