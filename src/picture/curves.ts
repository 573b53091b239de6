import { formatBytes } from '#model/quantities.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { colourOf, USAGE_COLOUR, type Panel, type Point, type Series } from './panel.ts';

/** One policy's run over one demand. */
export type Curve = { readonly policy: string; readonly timeline: readonly TimelinePoint[] };

const MOST_POINTS = 1500;
/** What is allowed far beyond use ends at the top of the picture: a node would flatten all else. */
const MOST_TIMES_USED = 4;

/** Memory and CPU of one run: what each policy allowed over what was used under the first of them. */
export function curvePanels(title: string, curves: readonly Curve[]): Panel[] {
  return [
    {
      title: `${title}: memory`,
      xLabel: 'seconds',
      formatY: formatBytes,
      series: seriesOf(curves, (point) => point.memoryWorkingSetBytes, 'memoryBytes'),
    },
    {
      title: `${title}: CPU cores`,
      xLabel: 'seconds',
      formatY: (value) => String(Number(value.toPrecision(3))),
      series: seriesOf(curves, (point) => point.cpuCoresUsed, 'cpuCores'),
    },
  ];
}

function seriesOf(
  curves: readonly Curve[],
  used: (point: TimelinePoint) => number,
  key: 'memoryBytes' | 'cpuCores',
): Series[] {
  const [first] = curves;
  const usedMost = first?.timeline.reduce((most, point) => Math.max(most, used(point)), 0) ?? 0;
  const top = usedMost * MOST_TIMES_USED;
  const usage = first?.timeline.map((point): Point => [point.atSeconds, used(point)]) ?? [];
  return [
    { name: 'used', kind: 'area', colour: USAGE_COLOUR, points: thinned(usage) },
    ...curves.map(({ policy, timeline }, index): Series => ({
      name: policy,
      kind: 'step',
      colour: colourOf(index),
      points: thinned(
        timeline.map((point) => [point.atSeconds, Math.min(top, point.allocation[key])]),
      ),
    })),
  ];
}

/** The highest of each stretch: a peak must not be lost in a picture of peaks. */
export function thinned(points: readonly Point[]): Point[] {
  const stretch = Math.ceil(points.length / MOST_POINTS);
  if (stretch <= 1) return [...points];
  const kept: Point[] = [];
  for (let from = 0; from < points.length; from += stretch) {
    const highest = points.slice(from, from + stretch).reduce((a, b) => (b[1] > a[1] ? b : a));
    kept.push([points[from]![0], highest[1]]);
  }
  return kept;
}
