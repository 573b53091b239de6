import type { Interval, LoopProgress } from '#model/forecast.ts';
import { formatBytes } from '#model/quantities.ts';
import { glyphs, type Style } from './style.ts';

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const WIDEST = 999;

/** `48 % 3–4 s →140–155Mi`: how far its loop has come, how long it will take and what it will hold. */
export function shortProgress(progress: LoopProgress, style: Style): string {
  const { arrow } = glyphs(style);
  const { fraction, secondsLeft, peakBytes } = progress;
  return `${percent(fraction)} ${timeText(secondsLeft, style)} ${arrow}${bytesText(peakBytes, style)}`;
}

/** `48 % of its loop, 3–4 s left, up to 140–155Mi of memory` */
export function longProgress(progress: LoopProgress, style: Style): string {
  const { fraction, secondsLeft, peakBytes } = progress;
  return `${percent(fraction)} of its loop, ${timeText(secondsLeft, style)} left, up to ${bytesText(peakBytes, style)} of memory`;
}

function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

/** In the unit of the high end: `3–4 s`, `1–3 min`. */
function timeText({ low, high }: Interval, style: Style): string {
  const [per, unit] =
    high < 2 * SECONDS_PER_MINUTE
      ? [1, 's']
      : high < 2 * SECONDS_PER_HOUR
        ? [SECONDS_PER_MINUTE, 'min']
        : [SECONDS_PER_HOUR, 'h'];
  if (high / per > WIDEST) return `>${WIDEST} ${unit}`;
  const [from, to] = [Math.floor(low / per), Math.ceil(high / per)];
  return `${range(String(from), String(to), style)} ${unit}`;
}

function bytesText({ low, high }: Interval, style: Style): string {
  const [from, to] = [formatBytes(low), formatBytes(high)];
  const unit = /[a-z]+$/i.exec(to)?.[0] ?? '';
  const isSameUnit = unit !== '' && from.endsWith(unit) && from !== to;
  return range(isSameUnit ? from.slice(0, -unit.length) : from, to, style);
}

function range(from: string, to: string, { unicode }: Style): string {
  return from === to ? to : `${from}${unicode ? '–' : '-'}${to}`;
}
