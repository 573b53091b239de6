import { escapeXml } from './escape.ts';
import { PANEL, panelSvg, type Panel } from './panel.ts';

const STYLE =
  'text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:13px;font-weight:600}' +
  '.head{font-size:16px;font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}.grid{stroke:#d0d7de;stroke-width:.6}';

/** What stands above the pictures. */
export type Heading = { readonly title: string; readonly text: string };

const HEADING_HEIGHT = 56;
/** In characters: what is wider than the page at its sizes. */
const LONGEST = { title: 90, text: 120 } as const;

/** All pictures below each other as one SVG that needs nothing else. */
export function pageSvg(panels: readonly Panel[], heading?: Heading): string {
  const above = heading ? HEADING_HEIGHT : 0;
  const height = above + panels.length * PANEL.height;
  const body = [
    ...(heading ? headingSvg(heading) : []),
    ...panels.map((panel, index) => panelSvg(panel, above + index * PANEL.height)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PANEL.width} ${height}" width="${PANEL.width}" height="${height}"><style>${STYLE}</style><rect width="100%" height="100%" fill="#fff"/>\n${body.join('\n')}\n</svg>\n`;
}

function headingSvg({ title, text }: Heading): string[] {
  const cut = (words: string, most: number) =>
    escapeXml(words.length > most ? `${words.slice(0, most - 1)}…` : words);
  return [
    `<text class="head" x="24" y="26">${cut(title, LONGEST.title)}</text>`,
    `<text x="24" y="45">${cut(text, LONGEST.text)}</text>`,
  ];
}

const PAGE_STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#24292f}' +
  'table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #d0d7de}td:first-child,th:first-child{text-align:left}';

/** The table and the pictures as one page that needs nothing else: no script, no font, no request. */
export function pageHtml(
  title: string,
  table: readonly (readonly string[])[],
  panels: readonly Panel[],
): string {
  const [head = [], ...rows] = table;
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
  return [
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeXml(title)}</title><style>${PAGE_STYLE}</style></head>`,
    `<body><h1>${escapeXml(title)}</h1>`,
    `<table><thead>${cells(head, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('')}</tbody></table>`,
    pageSvg(panels),
    '</body></html>\n',
  ].join('\n');
}
