import type { ComplexityProfile, LoopProfile } from '#model/complexity.ts';
import { escape, lineAnchor, listHtml, scoreHtml, tableHtml, type Cell } from './html-text.ts';
import { linesText, loopText, loopWords, recursionWords } from './inside.ts';
import { bigO, byCost } from './wording.ts';

const HEADINGS = ['score', 'class', 'cyclomatic', 'cognitive', 'loops', 'lines', 'function'];

/** Dearest first, each with its recursion and its loops; loops outside every function come last. */
export function functionsHtml(
  profile: ComplexityProfile,
  section: string,
  hasCode: boolean,
): string {
  const link = (line: number, text: string) =>
    hasCode ? `<a href="#${lineAnchor(section, line)}">${text}</a>` : text;
  const loopsOf = (loops: readonly LoopProfile[]) => nested(loops, profile, link);
  const rows = byCost(profile.functions).map((each): Cell[] => {
    const recursion = recursionWords(each);
    const inside = `${recursion === undefined ? '' : listHtml([`calls itself, ${escape(recursion)}`])}${loopsOf(each.loops)}`;
    return [
      { html: scoreHtml(each.score) },
      { html: bigO(each.class) },
      ...[each.cyclomatic, each.cognitive, each.loopDepth].map(number),
      { html: link(each.startLine, linesText(each)), kind: 'number' },
      { html: `<code>${escape(each.name)}</code>${inside}`, kind: 'text' },
    ];
  });
  if (profile.loops.length > 0) {
    const blank = [...HEADINGS.keys()].slice(1).map((): Cell => ({ html: '' }));
    const text = `outside functions${loopsOf(profile.loops)}`;
    rows.push([...blank, { html: text, kind: 'text' }]);
  }
  return tableHtml(HEADINGS, rows, 'functions');
}

function number(value: number): Cell {
  return { html: String(value), kind: 'number' };
}

/** Inner loops stand below the loop around them. */
function nested(
  loops: readonly LoopProfile[],
  profile: ComplexityProfile,
  link: (line: number, text: string) => string,
): string {
  const html: string[] = [];
  let depth = 0;
  for (const loop of loopWords(loops, profile)) {
    for (; depth < loop.depth; depth += 1) html.push('<ul>');
    for (; depth > loop.depth; depth -= 1) html.push('</ul>');
    const place = link(loop.startLine, `line ${loop.lines}`);
    html.push(`<li>${place}: ${escape(loopText(loop))}</li>`);
  }
  return `${html.join('')}${'</ul>'.repeat(depth)}`;
}
