import type { Outcome } from '#model/execution.ts';
import type { RunSummary } from '#model/summary.ts';
import { formatSeconds } from './figures.ts';
import { glyphs, type Style } from './style.ts';

const WORDS: Readonly<Record<Outcome, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  'timed-out': 'timed out',
  'memory-exhausted': 'out of memory',
  'budget-exhausted': 'out of budget',
  'node-memory-exhausted': 'the node ran out of memory',
  'output-exceeded': 'wrote too much',
  'disk-exhausted': 'out of disk',
  'limits-lost': 'its limits were taken away',
  cancelled: 'cancelled',
  lost: 'was lost',
};

/** An outcome in its colour: green, red, or yellow for what the user or Limber ended. */
export function paintOutcome(outcome: Outcome, style: Style): string {
  const colour =
    outcome === 'succeeded'
      ? 'green'
      : outcome === 'cancelled' || outcome === 'lost'
        ? 'yellow'
        : 'red';
  return style.paint(colour, WORDS[outcome]);
}

/** `succeeded in 12.4 s · exit code 0 · predictive policy · python · run 0xd48pg00000` */
export function headline(summary: RunSummary, style: Style): string {
  const { separator } = glyphs(style);
  const verdict = paintOutcome(summary.outcome, plainBold(style));
  const facts = [
    summary.signal ? `ended by ${summary.signal}` : `exit code ${summary.exitCode}`,
    `${summary.policy} policy`,
    ...(summary.mode === 'observe' ? ['watched only'] : []),
    `run ${summary.execution}`,
  ];
  const after = style.paint('dim', `${separator}${facts.join(separator)}`);
  return `${verdict} after ${formatSeconds(summary.wallSeconds)}${after}`;
}

function plainBold(style: Style): Style {
  return { ...style, paint: (format, text) => style.paint('bold', style.paint(format, text)) };
}
