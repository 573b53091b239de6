import { colourOf, type Panel } from '#picture/panel.ts';

export type PlottedPoint = {
  readonly family: string;
  readonly slack: number;
  readonly over: number;
};

/** Slack against intervals over the limit, every setting of every policy a dot; left and low is better. */
export function frontierPanel(title: string, points: readonly PlottedPoint[]): Panel {
  const families = [...new Set(points.map(({ family }) => family))];
  const most = Math.max(...points.map(({ over }) => over));
  return {
    title: `${title}: memory slack (across) and intervals over the limit (up)`,
    xLabel: 'memory slack, %',
    formatY: (value) => `${Number(value.toPrecision(2))} %`,
    top: { x: 100, y: Math.min(3, most * 105) },
    series: families.map((family, index) => ({
      name: family,
      kind: 'dots',
      colour: colourOf(index),
      points: points
        .filter((point) => point.family === family && point.over <= 0.03)
        .map(({ slack, over }) => [slack * 100, over * 100]),
    })),
  };
}
