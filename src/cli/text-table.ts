import { stripVTControlCharacters } from 'node:util';

export type Align = 'left' | 'right';

const GAP = '  ';

/** Rows of cells as aligned lines; colours in a cell do not count for its width. */
export function alignRows(
  rows: readonly (readonly string[])[],
  { align = [], indent = '' }: { align?: readonly Align[]; indent?: string } = {},
): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      pad(cell, widths[column] ?? 0, align[column] ?? 'left'),
    );
    return `${indent}${cells.join(GAP)}`.trimEnd();
  });
}

export function visibleWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** Cuts plain text to a width, marking the cut. */
export function fitText(text: string, width: number, ellipsis: string): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  if (width <= ellipsis.length) return characters.slice(0, Math.max(0, width)).join('');
  return (
    characters
      .slice(0, width - ellipsis.length)
      .join('')
      .trimEnd() + ellipsis
  );
}

/**
 * Makes foreign text (a command line, a reason) safe for one line of a terminal: escape sequences
 * and control characters could otherwise move the cursor or hide what follows.
 */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, visibleWidth(cell));
    }
  }
  return widths;
}

function pad(cell: string, width: number, align: Align): string {
  const fill = ' '.repeat(Math.max(0, width - visibleWidth(cell)));
  return align === 'right' ? fill + cell : cell + fill;
}
