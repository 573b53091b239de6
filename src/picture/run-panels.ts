import type { Activity } from '#model/phase.ts';
import { ALLOCATION_KEYS, type AllocationKey } from '#model/allocation.ts';
import type { Decision } from '#model/decision.ts';
import { formatAllocated } from '#model/quantities.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { thinned } from './curves.ts';
import { colourOf, USAGE_COLOUR, type Band, type Mark, type Panel } from './panel.ts';

/** What each picture of a run shows of a point: what was used of what was allocated. */
const READINGS: Readonly<
  Record<AllocationKey, { readonly title: string; readonly used: (point: TimelinePoint) => number }>
> = {
  cpuCores: { title: 'CPU cores', used: ({ cpuCoresUsed }) => cpuCoresUsed },
  memoryBytes: { title: 'Memory', used: ({ memoryWorkingSetBytes }) => memoryWorkingSetBytes },
  ingressBitsPerSecond: {
    title: 'Download, bit/s',
    used: ({ ingressBitsPerSecond }) => ingressBitsPerSecond,
  },
  egressBitsPerSecond: {
    title: 'Upload, bit/s',
    used: ({ egressBitsPerSecond }) => egressBitsPerSecond,
  },
};

export const ACTIVITY_COLOURS: Readonly<Record<Activity, string>> = {
  starting: '#c9ced4',
  computing: '#0072b2',
  allocating: '#d55e00',
  transferring: '#009e73',
  calling: '#cc79a7',
  reading: '#e69f00',
  waiting: '#c9ced4',
  contended: '#56b4e9',
  stalled: '#b91c1c',
};
const UNKNOWN_COLOUR = '#c9ced4';
/** What is allowed far beyond use ends at the top of the picture: use would be flat otherwise. */
const MOST_TIMES_USED = 4;
/** Of one activity, or one mark, and the next: less is no wider than a line. */
const MOST_BANDS = 600;

/**
 * One picture per resource: use as an area, the allocation as steps, resizes as marks with their
 * reasons, and what the run did as a band. Directions of the network that carried nothing are left out.
 */
export function runPanels(
  timeline: readonly TimelinePoint[],
  decisions: readonly Decision[],
): Panel[] {
  const bands = activityBands(timeline);
  return ALLOCATION_KEYS.filter((key) => isShown(key, timeline)).map((key) => {
    const { title, used } = READINGS[key];
    const highest = timeline.reduce((most, point) => Math.max(most, used(point)), 0);
    const top = highest > 0 ? highest * MOST_TIMES_USED : Number.POSITIVE_INFINITY;
    return {
      title,
      xLabel: 'seconds',
      formatY: (value) => formatAllocated(key, value),
      isBinary: key === 'memoryBytes',
      bands,
      marks: marksOf(key, decisions),
      series: [
        {
          name: 'used',
          kind: 'area',
          colour: USAGE_COLOUR,
          points: thinned(timeline.map((point) => [point.atSeconds, used(point)])),
        },
        {
          name: 'allocated',
          kind: 'step',
          colour: colourOf(0),
          points: thinned(
            timeline.map((point) => [point.atSeconds, Math.min(top, point.allocation[key])]),
          ),
        },
      ],
    };
  });
}

function isShown(key: AllocationKey, timeline: readonly TimelinePoint[]): boolean {
  const isNetwork = key === 'ingressBitsPerSecond' || key === 'egressBitsPerSecond';
  return !isNetwork || timeline.some((point) => READINGS[key].used(point) > 0);
}

function marksOf(key: AllocationKey, decisions: readonly Decision[]): Mark[] {
  return decisions
    .filter(({ from, to }) => from[key] !== to[key])
    .map(({ atSeconds, from, to, reasons, outcome }) => {
      const change = `${formatAllocated(key, from[key])} → ${formatAllocated(key, to[key])}`;
      const why = reasons.map(({ text }) => text).join('; ');
      const end = outcome.state === 'applied' ? '' : ` (${outcome.state})`;
      const grows = to[key] > from[key];
      return {
        x: atSeconds,
        way: grows ? 'up' : 'down',
        title: `${atSeconds.toFixed(2)} s: ${change}${end}: ${why}`,
        colour: outcome.state === 'refused' ? '#b91c1c' : grows ? '#d55e00' : '#009e73',
      };
    });
}

/** One band for as long as the run did the same in the same place. */
export function activityBands(timeline: readonly TimelinePoint[]): Band[] {
  const bands: Band[] = [];
  const stretch = Math.ceil(timeline.length / MOST_BANDS);
  for (let index = 0; index < timeline.length; index += stretch) {
    const { atSeconds, activity, place } = timeline[index]!;
    const to = timeline[Math.min(index + stretch, timeline.length - 1)]!.atSeconds;
    const title = place === '' ? activity : `${activity} in ${place}`;
    const last = bands.at(-1);
    if (last?.title === title) bands[bands.length - 1] = { ...last, to };
    else bands.push({ from: atSeconds, to, title, colour: activityColour(activity) });
  }
  return bands;
}

export function activityColour(activity: string): string {
  return Object.hasOwn(ACTIVITY_COLOURS, activity)
    ? ACTIVITY_COLOURS[activity as Activity]
    : UNKNOWN_COLOUR;
}
