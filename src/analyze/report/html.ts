import type { ComplexityProfile } from '#model/complexity.ts';
import { heatOfLines } from './heat.ts';
import { bigO, byCost, cutText, demandLines } from './wording.ts';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .2rem .8rem; text-align: left; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; border-radius: .4rem; font: 13px/1.45 ui-monospace, monospace; }
pre span { display: block; padding: 0 .6rem; border-left: .4rem solid transparent; }
.heat1 { border-color: #fde68a; } .heat2 { border-color: #fbbf24; } .heat3 { border-color: #f97316; } .heat4 { border-color: #dc2626; }
`;

/** One page that needs nothing else: no script, no font, no request. */
export function reportHtml(
  profiles: readonly ComplexityProfile[],
  sources: ReadonlyMap<string, string> = new Map(),
): string {
  const body = profiles
    .map((profile) => section(profile, sources.get(profile.file ?? '')))
    .join('\n');
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Complexity</title><style>${STYLE}</style></head>\n<body>\n<h1>Complexity</h1>\n${body}\n</body></html>\n`;
}

function section(profile: ComplexityProfile, source: string | undefined): string {
  const cut = cutText(profile);
  const demand = demandLines(profile).map(
    ({ name, value, reason }) =>
      `<tr><td>${name}</td><td>${value}</td><td>${escape(reason)}</td></tr>`,
  );
  const functions = byCost(profile.functions).map((each) => {
    const numbers = [each.score, each.cyclomatic, each.cognitive, each.loopDepth].map(
      (value) => `<td class="number">${value}</td>`,
    );
    return `<tr>${numbers.join('')}<td>${bigO(each.class)}</td><td>${each.recursion}</td><td>${each.startLine}</td><td><code>${escape(each.name)}</code></td></tr>`;
  });
  return [
    `<section><h2>${escape(profile.file ?? 'standard input')}</h2>`,
    `<p>${profile.language}, score <strong>${profile.score}</strong>, time <strong>${bigO(profile.class)}</strong>, space <strong>${bigO(profile.spaceClass)}</strong></p>`,
    cut === undefined ? '' : `<p><strong>${escape(cut)}</strong></p>`,
    `<ul>${profile.derivation.map((step) => `<li>${escape(step)}</li>`).join('')}</ul>`,
    `<table><thead><tr><th>demand</th><th>likely (low – high)</th><th>because</th></tr></thead><tbody>${demand.join('')}</tbody></table>`,
    functions.length === 0
      ? ''
      : `<table><thead><tr><th>score</th><th>cyclomatic</th><th>cognitive</th><th>loops</th><th>class</th><th>recursion</th><th>line</th><th>function</th></tr></thead><tbody>${functions.join('')}</tbody></table>`,
    source === undefined ? '' : code(profile, source),
    '</section>',
  ].join('\n');
}

function code(profile: ComplexityProfile, source: string): string {
  const lines = source.replace(/\n$/, '').split('\n');
  const heat = heatOfLines(profile, lines.length);
  return `<pre>${lines.map((line, at) => `<span class="heat${heat[at]}">${escape(line) || ' '}</span>`).join('')}</pre>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
