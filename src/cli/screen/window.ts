import type { TimelinePoint } from '#model/summary.ts';

/** A part of a run's time, cut into columns. */
export type Window = {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly columns: number;
};

/**
 * The highest reading of each column; a column without one repeats the one before, and what lies
 * before the first or after the last is undefined.
 */
export function columnsOf(
  timeline: readonly TimelinePoint[],
  { fromSeconds, toSeconds, columns }: Window,
  value: (point: TimelinePoint) => number,
): (number | undefined)[] {
  const slices: (number | undefined)[] = Array.from({ length: columns });
  const width = (toSeconds - fromSeconds) / columns;
  let before: number | undefined;
  for (const point of timeline) {
    const index = Math.floor((point.atSeconds - fromSeconds) / width);
    if (index < 0) before = value(point);
    else if (index < columns) slices[index] = Math.max(slices[index] ?? 0, value(point));
    else if (index === columns) slices[columns - 1] ??= value(point);
  }
  const last = slices.findLastIndex((each) => each !== undefined);
  return slices.map((each, index) => (index > last ? undefined : (before = each ?? before)));
}
