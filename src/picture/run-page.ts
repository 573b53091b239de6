import { escapeXml } from './escape.ts';
import { pageSvg } from './page.ts';
import type { Panel } from './panel.ts';

/** A run as a page: everything in words already, so that this only lays it out. */
export type RunPage = {
  readonly title: string;
  readonly verdict: string;
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly cost: readonly (readonly string[])[];
  readonly panels: readonly Panel[];
  /** Which colour stands for which activity, of those that were seen. */
  readonly activities: readonly (readonly [name: string, colour: string])[];
  readonly sentences: readonly string[];
  readonly phases: readonly (readonly string[])[];
  readonly derivation: readonly string[];
  readonly notes: readonly string[];
  readonly source: SourceHeat | undefined;
};

/** The program's text with the seconds that the run was seen in each line. */
export type SourceHeat = {
  readonly path: string;
  readonly lines: readonly { readonly text: string; readonly seconds: number }[];
};

/** The page runs nothing and loads nothing, whatever a program wrote into its own text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE = `
:root{color-scheme:light;--soft:#57606a;--line:#d0d7de}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#24292f;background:#fff}
h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.verdict{font-size:1.1rem;margin:.2rem 0 1.2rem}.soft{color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
td:first-child,th:first-child,.words td,.words th{text-align:left}.words td:first-child,.words th:first-child{text-align:right}
svg{max-width:100%;height:auto}.key{display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:0;list-style:none;font-size:.85rem}
.key i{display:inline-block;width:.8rem;height:.6rem;margin-right:.35rem}
pre{margin:0;font:13px/1.45 ui-monospace,monospace;border:1px solid var(--line);overflow-x:auto}
pre span{display:block;padding-right:1rem}pre b{display:inline-block;width:9ch;padding-right:1ch;margin-right:1ch;text-align:right;font-weight:400;color:var(--soft);border-right:1px solid var(--line)}`;

/** One page that needs nothing else: no script, no font, no request. Fit for a ticket. */
export function runPageHtml(page: RunPage): string {
  return [
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>${escapeXml(page.title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeXml(page.title)}</h1><p class="verdict">${escapeXml(page.verdict)}</p>`,
    `<dl>${page.facts.map(([name, text]) => `<dt>${escapeXml(name)}</dt><dd>${escapeXml(text)}</dd>`).join('')}</dl>`,
    section('Cost', tableHtml(page.cost, 'figures')),
    section(
      'Use and allocation',
      `<p class="soft">A triangle is a resize, upwards where it grew; point at it for its reason. The strip below each axis is what the run did.</p>${keyHtml(page.activities)}${pageSvg(page.panels)}`,
    ),
    section('Why it was resized', listHtml(page.sentences, 'ol') || '<p>Nothing was resized.</p>'),
    section('Phases', tableHtml(page.phases, 'words')),
    section('What the code says', listHtml(page.derivation, 'ul')),
    section('Notes', listHtml(page.notes, 'ul')),
    page.source === undefined ? '' : sourceHtml(page.source),
    '</body></html>\n',
  ].join('\n');
}

function section(title: string, html: string): string {
  return html === '' ? '' : `<h2>${title}</h2>\n${html}`;
}

function tableHtml(table: readonly (readonly string[])[], kind: 'figures' | 'words'): string {
  const [head = [], ...rows] = table;
  if (rows.length === 0) return '';
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => cells(row, 'td')).join('');
  return `<div class="scroll"><table class="${kind}"><thead>${cells(head, 'th')}</thead><tbody>${body}</tbody></table></div>`;
}

function listHtml(texts: readonly string[], tag: 'ol' | 'ul'): string {
  if (texts.length === 0) return '';
  return `<${tag}>${texts.map((text) => `<li>${escapeXml(text)}</li>`).join('')}</${tag}>`;
}

function keyHtml(activities: RunPage['activities']): string {
  const items = activities.map(
    ([name, colour]) => `<li><i style="background:${colour}"></i>${escapeXml(name)}</li>`,
  );
  return items.length === 0 ? '' : `<ul class="key">${items.join('')}</ul>`;
}

/** The hottest line is the darkest; lines in which the run was never seen stay white. */
function sourceHtml({ path, lines }: SourceHeat): string {
  const most = lines.reduce((highest, { seconds }) => Math.max(highest, seconds), 0);
  const rows = lines.map(({ text, seconds }, index) => {
    const heat = most > 0 ? seconds / most : 0;
    const style =
      seconds > 0 ? ` style="background:rgba(213,94,0,${(0.08 + 0.42 * heat).toFixed(2)})"` : '';
    const margin = seconds > 0 ? `${seconds.toFixed(2)} s` : String(index + 1);
    return `<span${style}><b>${margin}</b>${escapeXml(text)}</span>`;
  });
  return section(`Where the time went in ${escapeXml(path)}`, `<pre>${rows.join('')}</pre>`);
}
