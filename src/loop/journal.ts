import type { Decision } from '#model/decision.ts';
import type { RunObserver } from '#model/events.ts';
import type { Note } from '#model/execution.ts';
import type { TimelinePoint } from '#model/summary.ts';

/** Halved in resolution when longer: an hour at ten points a second stays below this. */
const MOST_POINTS = 36_000;

/** Keeps what happened in a run for its summary, and tells it to whoever watches. */
export type Journal = {
  readonly decisions: readonly Decision[];
  readonly timeline: readonly TimelinePoint[];
  readonly notes: readonly Note[];
  readonly point: (point: TimelinePoint) => void;
  readonly decision: (decision: Decision) => void;
  readonly note: (note: Note) => void;
};

/** What was told of the run before, and is not told again. */
export type JournalPast = Pick<Journal, 'decisions' | 'timeline' | 'notes'>;

export function openJournal(observer: RunObserver, past?: JournalPast): Journal {
  const decisions: Decision[] = [...(past?.decisions ?? [])];
  const timeline: TimelinePoint[] = [...(past?.timeline ?? [])];
  const notes: Note[] = [...(past?.notes ?? [])];
  return {
    decisions,
    timeline,
    notes,
    point(point) {
      if (timeline.length >= MOST_POINTS) dropEverySecond(timeline);
      timeline.push(point);
      observer({ kind: 'sampled', point });
    },
    decision(decision) {
      decisions.push(decision);
      observer({ kind: 'decided', decision });
    },
    note(note) {
      notes.push(note);
      observer({ kind: 'noted', note });
    },
  };
}

function dropEverySecond(points: TimelinePoint[]): void {
  const kept = points.filter((_, index) => index % 2 === 0);
  points.length = 0;
  points.push(...kept);
}
