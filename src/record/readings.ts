import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Decision } from '#model/decision.ts';
import type { Note } from '#model/execution.ts';
import type { LoopProgress } from '#model/forecast.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { fromStoredJson } from './stored-json.ts';

export const INSERT_POINT = `
  INSERT INTO points VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
export const INSERT_DECISION = 'INSERT INTO decisions VALUES (?, ?, ?)';
export const INSERT_NOTE = 'INSERT INTO notes VALUES (?, ?, ?, ?)';

/** In the order of the columns of `points`, after execution and sequence. */
export function pointValues(point: TimelinePoint): SQLInputValue[] {
  const { allocation } = point;
  return [
    point.atSeconds,
    allocation.cpuCores,
    allocation.memoryBytes,
    allocation.ingressBitsPerSecond,
    allocation.egressBitsPerSecond,
    point.cpuCoresUsed,
    point.cpuCoresThrottled,
    point.memoryBytes,
    point.memoryWorkingSetBytes,
    point.memoryStalled ? 1 : 0,
    point.ingressBitsPerSecond,
    point.egressBitsPerSecond,
    point.processCount,
    point.activity,
    point.place,
    point.score ?? null,
    ...progressValues(point.progress),
  ];
}

function progressValues(progress: LoopProgress | undefined): SQLInputValue[] {
  if (progress === undefined) return [null, null, null, null, null];
  const { fraction, secondsLeft, peakBytes } = progress;
  return [fraction, secondsLeft.low, secondsLeft.high, peakBytes.low, peakBytes.high];
}

export function timeline(database: DatabaseSync, id: string): readonly TimelinePoint[] {
  const rows = database
    .prepare('SELECT * FROM points WHERE execution = ? ORDER BY sequence')
    .all(id);
  return (rows as PointRow[]).map(toPoint);
}

/** The newest reading; undefined before the first. */
export function latest(database: DatabaseSync, id: string): TimelinePoint | undefined {
  const row = database
    .prepare('SELECT * FROM points WHERE execution = ? ORDER BY sequence DESC LIMIT 1')
    .get(id);
  return row && toPoint(row as PointRow);
}

export function decisions(database: DatabaseSync, id: string): readonly Decision[] {
  const rows = database
    .prepare('SELECT decision FROM decisions WHERE execution = ? ORDER BY sequence')
    .all(id);
  return (rows as { decision: string }[]).map(({ decision }) => fromStoredJson<Decision>(decision));
}

export function notes(database: DatabaseSync, id: string): readonly Note[] {
  const rows = database
    .prepare('SELECT code, text FROM notes WHERE execution = ? ORDER BY sequence')
    .all(id);
  return (rows as Note[]).map(({ code, text }) => ({ code, text }));
}

type PointRow = Readonly<Record<string, number>> & {
  readonly activity: string;
  readonly place: string;
  readonly score: number | null;
  readonly loop_fraction: number | null;
};

function toPoint(row: PointRow): TimelinePoint {
  return {
    atSeconds: row['at_seconds']!,
    allocation: {
      cpuCores: row['cpu_cores']!,
      memoryBytes: row['memory_limit_bytes']!,
      ingressBitsPerSecond: row['ingress_limit_bits_per_second']!,
      egressBitsPerSecond: row['egress_limit_bits_per_second']!,
    },
    cpuCoresUsed: row['cpu_cores_used']!,
    cpuCoresThrottled: row['cpu_cores_throttled']!,
    memoryBytes: row['memory_bytes']!,
    memoryWorkingSetBytes: row['memory_working_set_bytes']!,
    memoryStalled: row['memory_stalled'] === 1,
    ingressBitsPerSecond: row['ingress_bits_per_second']!,
    egressBitsPerSecond: row['egress_bits_per_second']!,
    processCount: row['process_count']!,
    activity: row.activity,
    place: row.place,
    ...(row.score !== null && { score: row.score }),
    ...(row.loop_fraction !== null && { progress: toProgress(row) }),
  };
}

function toProgress(row: PointRow): LoopProgress {
  return {
    fraction: row['loop_fraction']!,
    secondsLeft: { low: row['seconds_left_low']!, high: row['seconds_left_high']! },
    peakBytes: { low: row['peak_bytes_low']!, high: row['peak_bytes_high']! },
  };
}
