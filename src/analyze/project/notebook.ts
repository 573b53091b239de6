/** Cells of a notebook, one after the other, as one source; undefined when it is no notebook. */
export function notebookSource(
  text: string,
): { readonly source: string; readonly language: 'python' | 'unknown' } | undefined {
  const notebook = parse(text);
  if (notebook === undefined) return undefined;
  const sources = notebook.cells
    .filter(isCodeCell)
    .map((cell) => withoutMagic(textOf(cell['source'])));
  const isPython = /python/i.test(JSON.stringify(notebook.metadata ?? 'python'));
  return { source: `${sources.join('\n')}\n`, language: isPython ? 'python' : 'unknown' };
}

type Cell = Readonly<Record<string, unknown>>;

function parse(text: string): { cells: readonly unknown[]; metadata?: unknown } | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    if (
      typeof value !== 'object' ||
      value === null ||
      !('cells' in value) ||
      !Array.isArray(value.cells)
    )
      return undefined;
    return { cells: value.cells, ...('metadata' in value ? { metadata: value.metadata } : {}) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isCodeCell(cell: unknown): cell is Cell {
  return (
    typeof cell === 'object' && cell !== null && 'cell_type' in cell && cell.cell_type === 'code'
  );
}

function textOf(source: unknown): string {
  return Array.isArray(source) ? source.join('') : typeof source === 'string' ? source : '';
}

/** `%timeit …` and `!pip …` are the notebook's, not Python's; their lines stay so that numbers fit. */
function withoutMagic(source: string): string {
  return source.replaceAll(/^[ \t]*[%!?].*$/gm, 'pass');
}
