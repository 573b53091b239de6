import { formatBytes } from '#model/quantities.ts';
import type { PhaseTotal } from '#model/phase.ts';
import { formatSeconds } from './figures.ts';
import { glyphs, type Style } from './style.ts';
import { alignRows, fitText, oneLine } from './text-table.ts';

const MOST_LINES = 8;
const LONGEST_PLACE = 36;

/** `grow (job.py, line 4)` of `job.py:grow:4`; a command by its name. */
export function placeText(place: string): string {
  const code = codePlace(place);
  if (code === undefined) return place === '' ? 'not told' : oneLine(place);
  const { file, name, line } = code;
  return oneLine(name === '' ? `${file}, line ${line}` : `${name} (${file}, line ${line})`);
}

/** The parts of `file:function:line`; undefined for a command. */
export function codePlace(
  place: string,
): { readonly file: string; readonly name: string; readonly line: number } | undefined {
  const [, file = '', name = '', line = ''] = /^(.*):([^:]*):(\d+)$/.exec(place) ?? [];
  return file === '' ? undefined : { file, name, line: Number(line) };
}

export function longestPhases(phases: readonly PhaseTotal[], most: number): PhaseTotal[] {
  return phases
    .filter(({ seconds }) => seconds > 0)
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, most);
}

/** Where the time went: the phases that lasted longest, with what they used. */
export function phaseLines(phases: readonly PhaseTotal[] | undefined, style: Style): string[] {
  const told = (phases ?? []).filter(({ place }) => place !== '');
  const longest = longestPhases(told, MOST_LINES);
  if (longest.length === 0) return [];
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
