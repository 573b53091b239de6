import type uPlot from 'uplot';
import { paint } from '../shell/theme.ts';

/** The same for all charts of a page, so that moments stand below each other. */
const Y_AXIS_WIDTH = 76;

const BINARY = Array.from({ length: 50 }, (_, power) => 2 ** power);
const STEPS = [1, 2, 5];
const DECIMAL = Array.from({ length: 18 }, (_, power) =>
  STEPS.map((step) => step * 10 ** (power - 3)),
).flat();
const SECONDS = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  14_400,
];

const known = { paint: -1, colours: new Map<string, string>() };

/** Of the theme that is shown; looked up once, since to ask makes the browser work out all styles. */
export function colour(name: string): string {
  if (known.paint !== paint.peek()) {
    known.paint = paint.peek();
    known.colours.clear();
  }
  let value = known.colours.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    known.colours.set(name, value);
  }
  return value;
}

export function timeAxis(isShown: boolean): uPlot.Axis {
  return {
    ...look(),
    size: isShown ? 30 : 6,
    incrs: SECONDS,
    space: 64,
    values: (_plot, splits) => splits.map((seconds) => (isShown ? clockText(seconds, splits) : '')),
  };
}

/** For seconds since 1970: the time of day. */
export function clockAxis(): uPlot.Axis {
  return {
    ...look(),
    size: 30,
    incrs: SECONDS.filter((seconds) => seconds >= 5),
    space: 84,
    values: (_plot, splits) =>
      splits.map((seconds) => new Date(seconds * 1000).toLocaleTimeString()),
  };
}

export function amountAxis(text: (value: number) => string, isBinary: boolean): uPlot.Axis {
  return {
    ...look(),
    size: Y_AXIS_WIDTH,
    space: 34,
    incrs: isBinary ? BINARY : DECIMAL,
    values: (_plot, splits) => splits.map((value) => (value === 0 ? '0' : text(value))),
  };
}

export function emptyAxis(): uPlot.Axis {
  return { ...look(), size: Y_AXIS_WIDTH, grid: { show: false }, values: () => [] };
}

function look(): uPlot.Axis {
  return {
    stroke: colour('soft'),
    font: '12px system-ui, "DejaVu Sans", sans-serif',
    gap: 6,
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
  };
}

/** 4 → `4 s`, 0.25 → `0.25 s`, 90 → `1:30`, 3725 → `1:02:05`. */
function clockText(seconds: number, splits: readonly number[]): string {
  const last = splits.at(-1) ?? seconds;
  if (last < 100) return `${Number(seconds.toFixed(2))} s`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = String(Math.round(seconds % 60)).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
