import type { Style } from '../style.ts';

const EIGHTHS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const STEPS = EIGHTHS.length;

export type AreaChart = {
  /** One value per column; undefined where nothing was read yet. */
  readonly used: readonly (number | undefined)[];
  /** Drawn as a line over `used`; undefined or infinite: none. */
  readonly allocated: readonly (number | undefined)[];
  /** What the full height stands for. */
  readonly top: number;
  readonly rows: number;
};

/** Usage as an area with the allocation as a line over it, top row first. */
export function areaChart({ used, allocated, top, rows }: AreaChart, style: Style): string[] {
  const levels = used.map((value) => levelOf(value, top, rows));
  const lines = allocated.map((value) => lineRow(value, top, rows));
  return Array.from({ length: rows }, (_, index) => {
    const row = rows - 1 - index;
    return runsOf(levels.map((level, column) => cellAt({ level, line: lines[column], row }, style)))
      .map(({ colour, text }) => (colour === undefined ? text : style.paint(colour, text)))
      .join('');
  });
}

type Cell = { readonly text: string; readonly colour?: 'green' | 'blue' };
type At = { readonly level: number; readonly line: number | undefined; readonly row: number };

function cellAt({ level, line, row }: At, { unicode }: Style): Cell {
  const fill = Math.min(STEPS, Math.max(0, level - row * STEPS));
  if (fill > 0) {
    const text = unicode ? (EIGHTHS[fill - 1] ?? ' ') : fill * 2 >= STEPS ? '#' : '.';
    // Where the program has used all that it has, the line is the edge of the area.
    return { text, colour: 'green' };
  }
  if (line === row) return { text: unicode ? '─' : '-', colour: 'blue' };
  return { text: ' ' };
}

/** One escape sequence for a run of one colour, not for each character. */
function runsOf(cells: readonly Cell[]): Cell[] {
  const runs: Cell[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    if (last && last.colour === cell.colour)
      runs[runs.length - 1] = { ...last, text: last.text + cell.text };
    else runs.push(cell);
  }
  return runs;
}

/** In eighths of a row; anything above nothing is seen. */
function levelOf(value: number | undefined, top: number, rows: number): number {
  if (value === undefined || !(value > 0) || !(top > 0)) return 0;
  return Math.max(1, Math.round((Math.min(value, top) / top) * rows * STEPS));
}

function lineRow(value: number | undefined, top: number, rows: number): number | undefined {
  if (value === undefined || !Number.isFinite(value) || !(top > 0)) return undefined;
  return Math.min(rows - 1, Math.max(0, Math.ceil((Math.min(value, top) / top) * rows) - 1));
}
