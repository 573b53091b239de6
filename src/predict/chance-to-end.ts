/** What lasts longer than ever before is something else after that. */
const LONGEST_OVERDUE_MS = 100;

/** 0–1, by how long earlier visits lasted; 0 where there were none. */
export function chanceToEnd(
  durationsMs: readonly number[],
  elapsedMs: number,
  untilMs: number,
): number {
  const sorted = [...durationsMs].sort((one, other) => one - other);
  const longestMs = sorted.at(-1) ?? Number.NEGATIVE_INFINITY;
  if (elapsedMs > longestMs) return elapsedMs - longestMs <= overdueMs(sorted) ? 1 : 0;
  const lasted = sorted.filter((durationMs) => durationMs >= elapsedMs).length;
  const ended = lasted - sorted.filter((durationMs) => durationMs > untilMs).length;
  const left = 1 - shareBelow(sorted, elapsedMs);
  const between = left > 0 ? 1 - (1 - shareBelow(sorted, untilMs)) / left : 0;
  return Math.max(ended / lasted, between);
}

/** As far as earlier visits lay from one another: the next longest one is expected there. */
function overdueMs(sorted: readonly number[]): number {
  if (sorted.length < 2) return 0;
  const meanGapMs = (sorted.at(-1)! - sorted[0]!) / (sorted.length - 1);
  return Math.min(LONGEST_OVERDUE_MS, meanGapMs);
}

/** Share of visits shorter than that, where they lie evenly between the known ones: 500 and 600 ms, 525 ms: ¼. */
function shareBelow(sorted: readonly number[], durationMs: number): number {
  const next = sorted.findIndex((each) => each > durationMs);
  if (next === -1) return 1;
  if (next === 0) return 0;
  const before = sorted[next - 1]!;
  return (next - 1 + (durationMs - before) / (sorted[next]! - before)) / (sorted.length - 1);
}
