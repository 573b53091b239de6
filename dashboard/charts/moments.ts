/** The first of the moments, which rise, that is not before this one. */
export function firstAt(moments: ArrayLike<number>, moment: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (moments[middle]! < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
