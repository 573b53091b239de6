import type { Decision } from '#model/decision.ts';
import type { RunEvent } from '#model/events.ts';
import type { Outcome } from '#model/execution.ts';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';
import type { EventKind, NewEvent } from '#record/service/events.ts';
import type { EventBus } from '../events/bus.ts';

export type Teller = (kind: EventKind, body: unknown) => void;

export function newEvent(
  { id, tenant }: { readonly id: string; readonly tenant: string },
  kind: EventKind,
  body: unknown,
): NewEvent {
  return { execution: id, tenant, atMs: Date.now(), kind, body };
}

/** What the loop tells of one run, as events. Its end is told with its outcome, elsewhere. */
export function tellRun(
  bus: EventBus,
  execution: { readonly id: string; readonly tenant: string },
): (event: RunEvent) => void {
  const tell: Teller = (kind, body) => bus.publish(newEvent(execution, kind, body));
  let phase = '';
  const notePhase = ({ place, activity, score, atSeconds }: TimelinePoint) => {
    const name = `${place}\0${activity}`;
    if (name === phase) return;
    phase = name;
    tell('phase', { atSeconds, place, activity, ...(score !== undefined && { score }) });
  };
  return (event) => {
    if (event.kind === 'sampled') {
      notePhase(event.point);
      tell('sample', event.point);
    }
    if (event.kind === 'decided') {
      const { inputs: _inputs, ...decision } = event.decision;
      tell('decision', decision);
      if (isManual(event.decision)) tell('resize', resizeBody(event.decision));
    }
    if (event.kind === 'noted') tell('note', event.note);
  };
}

/** What the last event of an execution says. */
export function endedBody(summary: RunSummary) {
  const { outcome, exitCode, signal, wallSeconds } = summary;
  return { state: 'ended' as const, outcome, exitCode, signal, wallSeconds };
}

/** The one outcome of an execution that has no summary: it never ran, or nobody saw its end. */
export function endWithoutSummary(
  bus: EventBus,
  execution: { readonly id: string; readonly tenant: string },
  { outcome, text }: { readonly outcome: Outcome; readonly text: string },
): Promise<void> {
  const ending = { atMs: Date.now(), outcome, result: { text } };
  const body = { state: 'ended', outcome, text };
  return bus.end(execution.id, ending, newEvent(execution, 'state', body));
}

function isManual({ reasons }: Decision): boolean {
  return reasons.some(({ signal }) => signal.startsWith('manual.'));
}

/** The last of desired → accepted → actual. */
function resizeBody({ outcome }: Decision) {
  const { state, actual, message } = outcome;
  return { state, actual, ...(message !== undefined && { text: message }) };
}
