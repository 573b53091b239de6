import type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
import { fit, forTerminal, oneLine, type TextStyle } from './plain-text.ts';
import { bigO, shortCoverage } from './wording.ts';

const GAP = '  ';
const HOT_SCORE = 60;
const WARM_SCORE = 40;
const LEAST_NAME = 11;
/** Less room than that for names, and the other columns make do with less. */
const GOOD_NAME = 24;

export type Listed = { readonly each: FunctionProfile; readonly file?: string };

type Column = readonly [heading: string, cell: (listed: Listed) => string, narrow?: string];

const SCORES: readonly Column[] = [
  ['SCORE', ({ each }) => String(Math.round(each.score))],
  ['CLASS', ({ each }) => bigO(each.class)],
  ['CYCLOMATIC', ({ each }) => String(each.cyclomatic), 'CYC'],
  ['COGNITIVE', ({ each }) => String(each.cognitive), 'COG'],
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
  const hasLines = shown.some(({ file }) => file === undefined);
  const recurs = shown.some(({ each }) => each.recursion !== 'none');
  const wide = [...SCORES, ...(recurs ? [RECURSION] : []), ...(hasLines ? [LINES] : []), NAME];
  const narrow = wide.map(([heading, cell, short = heading]): Column => [short, cell]);
  const narrowest = narrow.filter(([heading]) => heading !== RECURSION[0]);
  const texts = [wide, narrow].map((columns) => textsOf(columns, shown));
  const fitting = texts.find((rows) => style.columns - widthBefore(rows) >= GOOD_NAME);
  return aligned(fitting ?? textsOf(narrowest, shown), [0, 2, 3, 4], style);
}

function textsOf(columns: readonly Column[], shown: readonly Listed[]): string[][] {
  const rows = shown.map((listed) => columns.map(([, cell]) => cell(listed)));
  return [columns.map(([heading]) => heading), ...rows];
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
      `${profile.language}${shortCoverage(profile)}`,
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
  const widths = widthsOf(rows);
  const room = Math.max(LEAST_NAME, style.columns - widthBefore(rows));
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

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
}

/** What the columns before the last one take. */
function widthBefore(rows: readonly (readonly string[])[]): number {
  return widthsOf(rows)
    .slice(0, -1)
    .reduce((sum, width) => sum + width + GAP.length, 0);
}

function heated(score: string, { paint }: TextStyle): string {
  if (Number(score) >= HOT_SCORE) return paint('red', score);
  return Number(score) >= WARM_SCORE ? paint('yellow', score) : score;
}
