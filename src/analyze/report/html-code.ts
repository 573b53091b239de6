import type { ComplexityProfile } from '#model/complexity.ts';
import { heatOfLines } from './heat.ts';
import { escape, lineAnchor } from './html-text.ts';

const LEGEND =
  '<p class="legend soft">heat: score of the function, calls out and memory; <span class="heat1"></span> 20 <span class="heat2"></span> 40 <span class="heat3"></span> 60 <span class="heat4"></span> 80 and above</p>';

/** The code with its heat at the left edge; lines that the page points at can be jumped to. */
export function codeHtml(profile: ComplexityProfile, source: string, section: string): string {
  const lines = source.replace(/\r?\n$/, '').split(/\r?\n/);
  const heat = heatOfLines(profile, lines.length);
  const targets = linkedLines(profile);
  const spans = lines.map((line, at) => {
    const colour = heat[at] === 0 ? '' : ` class="heat${heat[at]}"`;
    const anchor = targets.has(at + 1) ? ` id="${lineAnchor(section, at + 1)}"` : '';
    return `<span${anchor}${colour}>${escape(line)}\n</span>`;
  });
  return `<h3>Code</h3>${LEGEND}<pre>${spans.join('')}</pre>`;
}

function linkedLines({ functions, loops }: ComplexityProfile): Set<number> {
  const starts = [...functions, ...loops, ...functions.flatMap((each) => each.loops)];
  return new Set(starts.map(({ startLine }) => startLine));
}
