const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86400;
const GIBIBYTE = 2 ** 30;

/** 0.0312 → `0.03 s`, 12.42 → `12.4 s`, 125 → `2 min 5 s`, 7300 → `2 h 1 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < SECONDS_PER_HOUR) return pair(whole, SECONDS_PER_MINUTE, ['min', 's']);
  if (whole < SECONDS_PER_DAY) {
    return pair(Math.floor(whole / SECONDS_PER_MINUTE), SECONDS_PER_MINUTE, ['h', 'min']);
  }
  return pair(Math.floor(whole / SECONDS_PER_HOUR), 24, ['d', 'h']);
}

function pair(value: number, per: number, [large, small]: readonly [string, string]): string {
  const rest = value % per;
  return `${Math.floor(value / per)} ${large}${rest > 0 ? ` ${rest} ${small}` : ''}`;
}

/** A clock for the live line: 12.34 → `0:12.3`, 3661 → `1:01:01`. */
export function formatClock(seconds: number): string {
  if (seconds < SECONDS_PER_HOUR) {
    const tenths = Math.floor(seconds * 10);
    const minutes = Math.floor(tenths / 600);
    return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
  }
  const whole = Math.floor(seconds);
  const minutes = Math.floor((whole % SECONDS_PER_HOUR) / SECONDS_PER_MINUTE);
  return [Math.floor(whole / SECONDS_PER_HOUR), twoDigits(minutes), twoDigits(whole % 60)].join(
    ':',
  );
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** The age of a run in one unit: `12s`, `3m`, `5h`, `2d`. */
export function formatAge(seconds: number): string {
  if (seconds < 2 * SECONDS_PER_MINUTE) return `${Math.max(0, Math.floor(seconds))}s`;
  if (seconds < 2 * SECONDS_PER_HOUR) return `${Math.floor(seconds / SECONDS_PER_MINUTE)}m`;
  if (seconds < 2 * SECONDS_PER_DAY) return `${Math.floor(seconds / SECONDS_PER_HOUR)}h`;
  return `${Math.floor(seconds / SECONDS_PER_DAY)}d`;
}

/** Data on the wire in decimal multiples: 124000000 → `124 MB`. */
export function formatTraffic(bytes: number): string {
  return `${scaled(bytes)}B`;
}

/** Bits, in decimal multiples: 3.2e9 → `3.2 Gbit`. */
export function formatBits(bits: number): string {
  return `${scaled(bits)}bit`;
}

function scaled(value: number): string {
  const units = ['', 'k', 'M', 'G', 'T', 'P'];
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${significant(value / 1000 ** step)} ${units[step]}`;
}

export function formatCoreSeconds(coreSeconds: number): string {
  return Number.isFinite(coreSeconds) ? `${significant(coreSeconds)} core-s` : 'unlimited';
}

export function formatGibSeconds(byteSeconds: number): string {
  return Number.isFinite(byteSeconds)
    ? `${significant(byteSeconds / GIBIBYTE)} GiB-s`
    : 'unlimited';
}

export function formatPercent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}

/** 0.004 → `0.004`, 1.236 → `1.24`, 123.4 → `123`. */
export function significant(value: number): string {
  if (value >= 100) return String(Math.round(value));
  if (value >= 1) return String(Number(value.toPrecision(3)));
  return String(Number(value.toPrecision(2)));
}

/** 1 − used/reserved, or undefined when nothing finite was reserved. */
export function slackOf(used: number, reserved: number): number | undefined {
  if (!Number.isFinite(reserved) || reserved <= 0) return undefined;
  return Math.max(0, 1 - used / reserved);
}
