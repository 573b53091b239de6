import type { ComplexityProfile } from '#model/complexity.ts';
import { reportJson } from './document.ts';
import { reportHtml } from './html.ts';
import { reportMarkdown } from './markdown.ts';
import { reportSarif } from './sarif.ts';
import type { TextStyle } from './plain-text.ts';
import { reportTable } from './table.ts';

export const REPORT_FORMATS = ['table', 'json', 'sarif', 'html', 'markdown'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export type ReportInput = {
  readonly profiles: readonly ComplexityProfile[];
  /** By file name; where given, HTML and the table show the code with its heat. */
  readonly sources?: ReadonlyMap<string, string>;
  readonly version: string;
  /** Of the table. */
  readonly style?: TextStyle;
};

/** What `limber analyze --format …` prints. */
export function report(format: ReportFormat, input: ReportInput): string {
  const { profiles, sources, version } = input;
  switch (format) {
    case 'json':
      return reportJson(profiles);
    case 'sarif':
      return reportSarif(profiles, version);
    case 'html':
      return reportHtml(profiles, sources);
    case 'markdown':
      return reportMarkdown(profiles);
    case 'table':
      return reportTable(input);
  }
}

/** For `--fail-over SCORE`: the files above it, the highest first. */
export function filesOver(
  profiles: readonly ComplexityProfile[],
  score: number,
): ComplexityProfile[] {
  return profiles.filter((profile) => profile.score > score).toSorted((a, b) => b.score - a.score);
}
