import type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
import { fit, forTerminal, oneLine, type TextStyle } from './plain-text.ts';
import { bigO, coverage } from './wording.ts';

const GAP = '  ';
const HOT_SCORE = 60;
const WARM_SCORE = 40;
const LEAST_NAME = 11;

export type Listed = { readonly each: FunctionProfile; readonly file?: string };

type Column = readonly [heading: string, cell: (listed: Listed) => string];

const SCORES: readonly Column[] = [
  ['SCORE', ({ each }) => String(Math.round(each.score))],
  ['CLASS', ({ each }) => bigO(each.class)],
  ['CYCLOMATIC', ({ each }) => String(each.cyclomatic)],
  ['COGNITIVE', ({ each }) => String(each.cognitive)],
  ['LOOPS', ({ each }) => String(each.loopDepth)],
];
const RECURSION: Column = [
  'RECURSION',
  ({ each }) => (each.recursion === 'none' ? '–' : each.recursion),
];
const LINES: Column = ['LINES', ({ each }) => `${each.startLine}–${each.endLine}`];
const NAME: Column = [
  'FUNCTION',
  ({ each, file }) =>
    file === undefined ? oneLine(each.name) : `${oneLine(each.name)} ${file}:${each.startLine}`,
];

/** Dearest first; the name comes last and is cut where the terminal ends. */
export function functionsTable(
  functions: readonly Listed[],
  style: TextStyle,
  most = Infinity,
): string[] {
  const shown = functions
    .toSorted((a, b) => b.each.score - a.each.score || a.each.startLine - b.each.startLine)
    .slice(0, most);
  const columns = [
    ...SCORES,
    ...(shown.some(({ each }) => each.recursion !== 'none') ? [RECURSION] : []),
    ...(shown.some(({ file }) => file === undefined) ? [LINES] : []),
    NAME,
  ];
  const rows = shown.map((listed) => columns.map(([, cell]) => cell(listed)));
  return aligned([columns.map(([heading]) => heading), ...rows], [0, 2, 3, 4], style);
}

export function filesTable(
  profiles: readonly ComplexityProfile[],
  style: TextStyle,
  most = Infinity,
): string[] {
  const rows = profiles
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map((profile) => [
      String(Math.round(profile.score)),
      bigO(profile.class),
      bigO(profile.spaceClass),
      `${profile.language}${coverage(profile)}`,
      String(profile.functions.length),
      oneLine(profile.file ?? 'standard input'),
    ]);
  const headings = ['SCORE', 'TIME', 'SPACE', 'LANGUAGE', 'FUNCTIONS', 'FILE'];
  return aligned([headings, ...rows], [0, 4], style);
}

function aligned(
  texts: readonly (readonly string[])[],
  right: readonly number[],
  style: TextStyle,
): string[] {
  const rows = texts.map((row) => row.map((cell) => forTerminal(cell, style)));
  const last = rows[0]!.length - 1;
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = Math.max(LEAST_NAME, style.columns - before);
  return rows.map((row, at) => {
    const cells = row.map((cell, column) => {
      if (column === last) return forTerminal(fit(cell, room), style);
      const width = widths[column]!;
      return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
    });
    if (at === 0) return style.paint('bold', cells.join(GAP));
    return [heated(cells[0]!, style), ...cells.slice(1)].join(GAP);
  });
}

function heated(score: string, { paint }: TextStyle): string {
  if (Number(score) >= HOT_SCORE) return paint('red', score);
  return Number(score) >= WARM_SCORE ? paint('yellow', score) : score;
}
