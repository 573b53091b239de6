/** What comes from a program is text: no mark-up, and no control characters but the tab. */
export function escape(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- control characters are what this is about
      .replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
  );
}

/** Names the place of a line in the code of a section. */
export function lineAnchor(section: string, line: number): string {
  return `${section}-${line}`;
}

export function scoreHtml(score: number): string {
  const level = Math.min(4, Math.floor(score / 20));
  return `<span class="score${level === 0 ? '' : ` heat${level}`}">${Math.round(score)}</span>`;
}

export function listHtml(items: readonly string[], kind: 'ul' | 'ol' = 'ul'): string {
  if (items.length === 0) return '';
  return `<${kind}>${items.map((item) => `<li>${item}</li>`).join('')}</${kind}>`;
}

export type Cell = { readonly html: string; readonly kind?: 'number' | 'text' };

/** A table that scrolls by itself where the page is narrow; empty where it has no rows. */
export function tableHtml(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  name = 'plain',
): string {
  const [first] = rows;
  if (first === undefined) return '';
  const kindOf = ({ kind }: Cell) => (kind === undefined ? '' : ` class="${kind}"`);
  const head = headings.map((heading, at) => `<th${kindOf(first[at]!)}>${heading}</th>`);
  const body = rows.map(
    (row) => `<tr>${row.map((cell) => `<td${kindOf(cell)}>${cell.html}</td>`).join('')}</tr>`,
  );
  return `<div class="wide ${name}"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}
