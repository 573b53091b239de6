import { ALLOCATION_KEYS, RESOURCE_OF } from '#model/allocation.ts';
import type { Decision } from '#model/decision.ts';
import {
  formatAllocated,
  formatBitsPerSecond,
  formatBytes,
  formatCpuCores,
} from '#model/quantities.ts';
import type { TimelinePoint } from '#model/summary.ts';
import { formatClock } from './figures.ts';
import { shortProgress } from './loop-progress-text.ts';
import { glyphs, type Style } from './style.ts';
import { fitText, oneLine, visibleWidth } from './text-table.ts';

const LONGEST_ACTIVITY = 12;
const LONGEST_NAME = 24;
const USEFUL_REASON_WIDTH = 16;

/** The run at a glance in one line of at most `columns − 1` characters, so that no terminal wraps it. */
export function liveLineText(
  point: TimelinePoint,
  decision: Decision | undefined,
  style: Style,
): string {
  const width = style.columns - 1;
  const parts: string[] = [];
  for (const part of partsOf(point, style)) {
    if (visibleWidth([...parts, part].join('  ')) > width) break;
    parts.push(part);
  }
  const line = parts.join('  ');
  const room = width - visibleWidth(line) - 2;
  if (!decision || room < USEFUL_REASON_WIDTH) return line;
  const { ellipsis } = glyphs(style);
  return `${line}  ${style.paint('dim', fitText(resizeText(decision, style), room, ellipsis))}`;
}

/** The most important first; what does not fit is left out from the end. */
function partsOf(point: TimelinePoint, style: Style): string[] {
  const activity = style.paint('cyan', oneLine(point.activity).padEnd(LONGEST_ACTIVITY));
  const { progress } = point;
  return [
    style.paint('bold', formatClock(point.atSeconds)),
    cpuPart(point, style),
    memoryPart(point, style),
    ...networkPart(point, style),
    // Where it leads says more than what it does.
    ...(progress === undefined
      ? [activity, ...placePart(point)]
      : [shortProgress(progress, style), ...placePart(point), activity]),
  ];
}

/** Where in the code, or which command runs. */
function placePart({ place }: TimelinePoint): string[] {
  if (place === '') return [];
  const [, name = '', line = ''] = /:([^:]*):(\d+)$/.exec(place) ?? [];
  if (line === '') return [oneLine(place).slice(0, LONGEST_NAME)];
  return [`${oneLine(name).slice(0, LONGEST_NAME)}:${line}`];
}

function cpuPart(
  { allocation, cpuCoresUsed, cpuCoresThrottled }: TimelinePoint,
  style: Style,
): string {
  const used = formatCpuCores(cpuCoresUsed).padStart(4);
  const text = `CPU ${used}/${formatAllocated('cpuCores', allocation.cpuCores).padEnd(4)}`;
  return cpuCoresThrottled > 0.01 ? style.paint('yellow', text) : text;
}

function memoryPart(point: TimelinePoint, style: Style): string {
  const used = formatBytes(point.memoryWorkingSetBytes).padStart(6);
  const held = formatAllocated('memoryBytes', point.allocation.memoryBytes).padEnd(6);
  const text = `memory ${used}/${held}`;
  return point.memoryStalled ? style.paint('red', text) : text;
}

/** Shown while something moves: most programs have no network. */
function networkPart({ allocation, ...rates }: TimelinePoint, style: Style): string[] {
  if (rates.ingressBitsPerSecond < 1 && rates.egressBitsPerSecond < 1) return [];
  const { down, up } = glyphs(style);
  const side = (key: 'ingressBitsPerSecond' | 'egressBitsPerSecond') =>
    `${formatBitsPerSecond(rates[key])}/${formatAllocated(key, allocation[key])}`;
  return [`net ${down}${side('ingressBitsPerSecond')} ${up}${side('egressBitsPerSecond')}`];
}

/** `memory 64Mi→180Mi: uses 60Mi of 64Mi …` */
function resizeText(decision: Decision, style: Style): string {
  const { arrow } = glyphs(style);
  const key = ALLOCATION_KEYS.find((name) => decision.from[name] !== decision.to[name]);
  const reason = decision.reasons.find(({ resource }) => !key || resource === RESOURCE_OF[key]);
  const why = reason ? `: ${oneLine(reason.text)}` : '';
  if (!key) return why.slice(2);
  const from = formatAllocated(key, decision.from[key]);
  const to = formatAllocated(key, decision.to[key]);
  return `${NAMES[key]} ${from}${arrow}${to}${why}`;
}

const NAMES = {
  cpuCores: 'CPU',
  memoryBytes: 'memory',
  ingressBitsPerSecond: 'download',
  egressBitsPerSecond: 'upload',
} as const;
