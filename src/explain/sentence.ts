import type { AllocationKey } from '#model/allocation.ts';
import type { Decision, Reason } from '#model/decision.ts';
import { formatAllocated } from '#model/quantities.ts';
import { changesOf, type Change } from './changes.ts';
import { seriesOf, type Series } from './series.ts';

const SUBJECTS = {
  cpuCores: 'CPU',
  memoryBytes: 'memory',
  ingressBitsPerSecond: 'the download rate',
  egressBitsPerSecond: 'the upload rate',
} as const satisfies Record<AllocationKey, string>;

const UNITS = {
  cpuCores: ' cores',
  memoryBytes: '',
  ingressBitsPerSecond: 'bit/s',
  egressBitsPerSecond: 'bit/s',
} as const satisfies Record<AllocationKey, string>;

/** Why each resize happened: one sentence per change, or per series of like changes. */
export function explain(
  decisions: readonly Decision[],
  { all }: { readonly all: boolean },
): readonly string[] {
  const changes = changesOf(decisions);
  const told = all ? changes.map((change): Series => [change]) : seriesOf(changes);
  return told.filter(isSeen).map(sentenceFor);
}

/** What is the same in the notation of the reader was no change to them. */
function isSeen(series: Series): boolean {
  const [{ key, from }] = series;
  return formatAllocated(key, from) !== formatAllocated(key, (series.at(-1) ?? series[0]).to);
}

function sentenceFor(series: Series): string {
  return series.length === 1 ? aboutOne(series[0]) : aboutMany(series);
}

/** "At 1.24 s memory went from 64Mi to 180Mi: it uses 60Mi of 64Mi and may reach 170Mi." */
function aboutOne(change: Change): string {
  const start = `At ${change.atSeconds.toFixed(2)} s ${SUBJECTS[change.key]}`;
  return `${start} ${movement(change)} ${span(change, change)}: ${causes(change)}${ending(change)}.`;
}

/** "From 1.24 s to 3.10 s memory grew in 14 steps from 64Mi to 1.9Gi. First: … Last: …" */
function aboutMany(series: Series): string {
  const [first] = series;
  const last = series.at(-1) ?? first;
  const verb = first.to > first.from ? 'grew' : 'shrank';
  const when = `From ${first.atSeconds.toFixed(2)} s to ${last.atSeconds.toFixed(2)} s`;
  const tried = isTaken(first) ? verb : `${verb === 'grew' ? 'was to grow' : 'was to shrink'}`;
  const what = `${SUBJECTS[first.key]} ${tried} in ${series.length} steps ${span(first, last)}`;
  const [atFirst, atLast] = [causes(first), causes(last)];
  if (atFirst === atLast) return `${when} ${what}: ${atFirst}${ending(first)}.`;
  return `${when} ${what}${ending(first)}. At first: ${atFirst}. At last: ${atLast}.`;
}

function movement(change: Change): string {
  if (!isTaken(change)) return 'was to go';
  return change.rolledBack ? 'went back' : 'went';
}

function isTaken({ state }: Change): boolean {
  return state === 'applied' || state === 'converging';
}

function span({ key, from }: Change, { to }: Change): string {
  return `from ${formatAllocated(key, from)} to ${formatAllocated(key, to)}${UNITS[key]}`;
}

function ending({ state, message, rolledBack }: Change): string {
  const because = message ? ` (${message})` : '';
  if (state === 'refused') return `; this was refused${because}`;
  if (state === 'failed') return `; this failed${because}`;
  if (state === 'converging') return '; this was still under way when the run was recorded';
  return rolledBack ? '; this took back a cut that had hurt' : '';
}

function causes({ reasons }: Change): string {
  if (reasons.length === 0) return 'its constraints or the node asked for it';
  return reasons.map(clause).join('; and ');
}

/** Policies write fragments such as "uses 60Mi of 64Mi"; within a sentence they need a subject. */
function clause({ text, signal, value, threshold }: Reason): string {
  const fragment = text.trim().replace(/\.$/, '');
  if (fragment === '') return `${signal} was ${value} against ${threshold}`;
  if (/^(uses|used|wanted|stalled|gave)\b/.test(fragment)) return `it ${fragment}`;
  return /^throttled\b/.test(fragment) ? `it was ${fragment}` : lowerFirst(fragment);
}

/** Keeps names such as CPU and PSI as they are. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
