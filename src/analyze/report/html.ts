import type { ComplexityProfile } from '#model/complexity.ts';
import { codeHtml } from './html-code.ts';
import { functionsHtml } from './html-functions.ts';
import { STYLE } from './html-style.ts';
import { escape, listHtml, scoreHtml, tableHtml } from './html-text.ts';
import { bigO, callText, coverage, cutText, demandLines, structureTexts } from './wording.ts';

/** The page runs nothing and loads nothing, whatever a program wrote into its own text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const MOST_ITEMS = 12;

/** One page that needs nothing else: no script, no font, no request. The dearest file comes first. */
export function reportHtml(
  profiles: readonly ComplexityProfile[],
  sources: ReadonlyMap<string, string> = new Map(),
): string {
  const dearestFirst = profiles.toSorted((a, b) => b.score - a.score);
  const many = profiles.length > 1;
  const title = many
    ? `Complexity of ${profiles.length} files`
    : `Complexity of ${nameOf(profiles[0])}`;
  const sections = dearestFirst.map((profile, at) =>
    sectionHtml(profile, {
      name: `file${at + 1}`,
      open: !many,
      source: sources.get(profile.file ?? ''),
    }),
  );
  return [
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>${title}</title><style>${STYLE}</style></head>`,
    `<body>\n<h1>${many ? title : 'Complexity'}</h1>`,
    ...sections,
    '</body></html>\n',
  ].join('\n');
}

function nameOf(profile: ComplexityProfile | undefined): string {
  return escape(profile?.file ?? 'standard input');
}

function sectionHtml(
  profile: ComplexityProfile,
  { name, open, source }: { name: string; open: boolean; source: string | undefined },
): string {
  const { externalCalls, parallelism } = profile;
  const cut = cutText(profile);
  const facts = `${profile.language}${coverage(profile)}, time <strong>${bigO(profile.class)}</strong>, space <strong>${bigO(profile.spaceClass)}</strong>`;
  return [
    `<section id="${name}"><details${open ? ' open' : ''}><summary>${scoreHtml(profile.score)} <h2>${nameOf(profile)}</h2> <span class="facts soft">${facts}</span></summary><div>`,
    ...(cut === undefined ? [] : [`<p><strong>${escape(cut)}</strong></p>`]),
    `<h3>Time ${bigO(profile.class)}</h3>${listHtml(profile.derivation.map(escape), 'ol')}`,
    `<h3>Space ${bigO(profile.spaceClass)}</h3>${listHtml(profile.spaceDerivation.map(escape), 'ol')}`,
    `<h3>Demand</h3>${demandHtml(profile)}`,
    ...titled('Functions', functionsHtml(profile, name, source !== undefined)),
    ...titled('Calls out', foldedList(externalCalls.map(callText))),
    ...titled('Sizes', foldedList(structureTexts(profile))),
    ...titled('Parallel', foldedList(parallelism)),
    ...(source === undefined ? [] : [codeHtml(profile, source, name)]),
    '</div></details></section>',
  ].join('\n');
}

function titled(title: string, html: string): string[] {
  return html === '' ? [] : [`<h3>${title}</h3>${html}`];
}

/** A long list shows its first lines; a click away is the rest. */
function foldedList(texts: readonly string[]): string {
  const items = texts.map(escape);
  if (items.length <= MOST_ITEMS + 1) return listHtml(items);
  const rest = items.slice(MOST_ITEMS);
  return `${listHtml(items.slice(0, MOST_ITEMS))}<details class="rest"><summary>${rest.length} more</summary>${listHtml(rest)}</details>`;
}

function demandHtml(profile: ComplexityProfile): string {
  const rows = demandLines(profile).map(({ name, value, reason }) => [
    { html: name },
    { html: value },
    { html: escape(reason), kind: 'text' as const },
  ]);
  return tableHtml(['demand', 'likely (low – high)', 'because'], rows);
}
