import { scaleLinear } from 'd3-scale';
import { area, curveLinear, curveStepAfter, line } from 'd3-shape';
import { escapeXml } from './escape.ts';

export type Point = readonly [x: number, y: number];

export type Series = {
  readonly name: string;
  readonly points: readonly Point[];
  /** `area`: filled down to zero; `step`: holds from each point to the next; `line`; `dots`. */
  readonly kind: 'area' | 'step' | 'line' | 'dots';
  readonly colour: string;
};

export type Mark = {
  readonly x: number;
  readonly title: string;
  readonly colour: string;
  /** Which way it points: no colour is the only sign. */
  readonly way: 'up' | 'down';
};

export type Band = {
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly colour: string;
};

export type Panel = {
  readonly title: string;
  readonly series: readonly Series[];
  readonly xLabel: string;
  readonly formatY: (value: number) => string;
  /** Bytes: lines at round numbers of Ki, Mi and Gi. */
  readonly isBinary?: boolean;
  readonly formatX?: (value: number) => string;
  /** Moments at the top edge, each with what happened then: shown by whoever points at it. */
  readonly marks?: readonly Mark[];
  /** Stretches of time below the axis, such as phases. */
  readonly bands?: readonly Band[];
  /** Where the axes end, where that is not the largest value. */
  readonly top?: { readonly x?: number; readonly y?: number };
};

export const PANEL = { width: 860, height: 230 } as const;
const MARGIN = { top: 30, right: 170, bottom: 36, left: 64 } as const;
const TICKS = 5;
const BINARY_STEP = 1024;
const LEGEND_STEP = 16;

/** A colour for each policy, the first six apart for people who see red and green alike (Okabe and Ito, 2008). */
const COLOURS = [
  '#0072B2',
  '#D55E00',
  '#009E73',
  '#CC79A7',
  '#E69F00',
  '#56B4E9',
  '#000000',
  '#8c564b',
  '#7f7f7f',
  '#bcbd22',
  '#9467bd',
  '#2f4b2f',
] as const;
export const USAGE_COLOUR = '#9aa3ad';

export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!;
}

/** One picture as an SVG group at `y` pixels from the top of its page. */
export function panelSvg(panel: Panel, y: number): string {
  const { xs, ys } = scalesOf(panel);
  return [
    `<g transform="translate(0 ${y})">`,
    text(panel.title, { x: MARGIN.left, y: 18, class: 'title' }),
    ...axes(panel, xs, ys),
    ...panel.series.map((series) => seriesSvg(series, xs, ys)),
    ...(panel.bands ?? []).map((band) => bandSvg(band, xs, ys)),
    ...(panel.marks ?? []).map((mark) => markSvg(mark, xs)),
    ...panel.series.map((series, index) => legend(series, index)),
    '</g>',
  ].join('\n');
}

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function scalesOf({ series, top }: Panel): { xs: Scale; ys: Scale } {
  const points = series.flatMap((each) => each.points);
  const most = (index: 0 | 1) =>
    points.reduce((highest, point) => Math.max(highest, point[index]), 0);
  const xs = scaleLinear()
    .domain([0, top?.x ?? (most(0) || 1)])
    .range([MARGIN.left, PANEL.width - MARGIN.right]);
  const ys = scaleLinear()
    .domain([0, top?.y ?? (most(1) * 1.05 || 1)])
    .range([PANEL.height - MARGIN.bottom, MARGIN.top]);
  return { xs, ys };
}

function axes(panel: Panel, xs: Scale, ys: Scale): string[] {
  const { xLabel, formatX = String, formatY } = panel;
  const [left = 0, right = 0] = xs.range();
  const [bottom = 0] = ys.range();
  return [
    ...ticksOf(panel, ys).flatMap((tick) => [
      `<line class="grid" x1="${left}" x2="${right}" y1="${round(ys(tick))}" y2="${round(ys(tick))}"/>`,
      text(formatY(tick), { x: left - 6, y: ys(tick) + 4, class: 'tick end' }),
    ]),
    ...xs
      .ticks(TICKS * 2)
      .map((tick) => text(formatX(tick), { x: xs(tick), y: bottom + 16, class: 'tick middle' })),
    text(xLabel, { x: (left + right) / 2, y: bottom + 31, class: 'tick middle' }),
  ];
}

function ticksOf({ isBinary = false }: Panel, ys: Scale): number[] {
  const [, top = 0] = ys.domain();
  if (!isBinary || top < BINARY_STEP) return ys.ticks(TICKS);
  const unit = BINARY_STEP ** Math.floor(Math.log(top) / Math.log(BINARY_STEP));
  return scaleLinear()
    .domain([0, top / unit])
    .ticks(TICKS)
    .map((tick) => tick * unit);
}

function seriesSvg({ points, kind, colour }: Series, xs: Scale, ys: Scale): string {
  const x = (point: Point) => round(xs(point[0]));
  const y = (point: Point) => round(ys(point[1]));
  if (kind === 'dots')
    return points
      .map((point) => `<circle cx="${x(point)}" cy="${y(point)}" r="3.5" fill="${colour}"/>`)
      .join('');
  if (kind === 'area') {
    const path = area<Point>(x, round(ys(0)), y)([...points]) ?? '';
    return `<path d="${path}" fill="${colour}" fill-opacity=".45"/>`;
  }
  const curve = kind === 'step' ? curveStepAfter : curveLinear;
  const path = line<Point>(x, y).curve(curve)([...points]) ?? '';
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-linejoin="round"/>`;
}

/** A triangle above its moment. */
function markSvg({ x, title, colour, way }: Mark, xs: Scale): string {
  const at = round(xs(x));
  const [top, half] = [MARGIN.top - 9, 3.5];
  const shape =
    way === 'down'
      ? `M${at - half},${top}h${2 * half}l-${half},7z`
      : `M${at},${top}l${half},7h-${2 * half}z`;
  return `<path d="${shape}" fill="${colour}"><title>${escapeXml(title)}</title></path>`;
}

function bandSvg({ from, to, title, colour }: Band, xs: Scale, ys: Scale): string {
  const [left, right] = [xs(from), xs(to)];
  const width = Math.max(0.5, right - left);
  return `<rect x="${round(left)}" y="${round(ys(0)) + 1}" width="${round(width)}" height="4" fill="${colour}"><title>${escapeXml(title)}</title></rect>`;
}

function legend({ name, colour }: Series, index: number): string {
  const x = PANEL.width - MARGIN.right + 16;
  const y = MARGIN.top + 6 + index * LEGEND_STEP;
  return `<rect x="${x}" y="${y - 9}" width="12" height="10" fill="${colour}"/>${text(name, { x: x + 18, y, class: 'tick' })}`;
}

function text(content: string, at: { x: number; y: number; class: string }): string {
  return `<text class="${at.class}" x="${round(at.x)}" y="${round(at.y)}">${escapeXml(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
