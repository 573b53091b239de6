import { firstAt } from './moments.ts';

export type Shown = {
  readonly min: number;
  readonly max: number;
  /** As many parts of the time as can be told apart. */
  readonly parts: number;
};

/** Lowest and highest of each column that is drawn. */
const KEPT_PER_COLUMN = 2;

/**
 * Columns over rising times, the first: what lies between `min` and `max`, and one row on either side.
 * Where that is more than can be seen, of each part of the time the rows with the lowest and the highest
 * value of each column: the picture is the same, and drawn in the time of a picture of the screen.
 */
export function thinned(columns: readonly Float64Array[], shown: Shown): Float64Array[] {
  const [times = new Float64Array(0), ...values] = columns;
  const first = Math.max(0, firstAt(times, shown.min) - 1);
  const end = Math.min(times.length, firstAt(times, shown.max) + 1);
  const most = shown.parts * KEPT_PER_COLUMN * values.length;
  if (end - first <= most) return columns.map((column) => column.subarray(first, end));
  const kept = keptRows(times, values, { ...shown, first, end });
  return columns.map((column) => Float64Array.from(kept, (row) => column[row]!));
}

function keptRows(
  times: Float64Array,
  columns: readonly Float64Array[],
  { min, max, parts, first, end }: Shown & { readonly first: number; readonly end: number },
): readonly number[] {
  const kept = [first];
  const part = (max - min) / parts;
  for (let from = first + 1; from < end - 1;) {
    const until = min + part * (Math.floor((times[from]! - min) / part) + 1);
    let to = from + 1;
    while (to < end - 1 && times[to]! < until) to++;
    const rows = new Set(columns.flatMap((column) => extremes(column, from, to)));
    kept.push(...[...rows].sort((one, other) => one - other));
    from = to;
  }
  return [...kept, end - 1];
}

function extremes(column: Float64Array, from: number, to: number): [number, number] {
  let [low, high] = [from, from];
  for (let row = from + 1; row < to; row++) {
    if (column[row]! < column[low]!) low = row;
    if (column[row]! > column[high]!) high = row;
  }
  return [low, high];
}
