import { formatBytes } from '#model/quantities.ts';
import type { PhaseTotal } from '#model/phase.ts';
import { formatSeconds } from './figures.ts';
import { glyphs, type Style } from './style.ts';
import { alignRows, fitText, oneLine } from './text-table.ts';

const MOST_LINES = 8;
const LONGEST_PLACE = 36;

/** `grow (job.py, line 4)` of `job.py:grow:4`; a command by its name. */
export function placeText(place: string): string {
  const [, file = '', name = '', line = ''] = /^(.*):([^:]*):(\d+)$/.exec(place) ?? [];
  if (file === '') return place === '' ? 'not told' : oneLine(place);
  return oneLine(name === '' ? `${file}, line ${line}` : `${name} (${file}, line ${line})`);
}

/** Where the time went: the phases that lasted longest, with what they used. */
export function phaseLines(phases: readonly PhaseTotal[] | undefined, style: Style): string[] {
  const told = (phases ?? []).filter(({ place, seconds }) => place !== '' && seconds > 0);
  if (told.length === 0) return [];
  const longest = [...told].sort((one, other) => other.seconds - one.seconds).slice(0, MOST_LINES);
  const rows = longest.map((phase) => [
    formatSeconds(phase.seconds),
    phase.activity,
    fitText(placeText(phase.place), LONGEST_PLACE, glyphs(style).ellipsis),
    `${phase.coreSeconds.toFixed(2)} core-s`,
    formatBytes(phase.peakMemoryBytes),
  ]);
  return [
    style.paint('bold', '  phases'),
    ...alignRows(rows, { align: ['right', 'left', 'left', 'right', 'right'], indent: '    ' }),
  ];
}
