import type { ComplexityProfile } from '#model/complexity.ts';
import { bigO, byCost, cutText, demandLines } from './wording.ts';

/** For pull requests and documents. */
export function reportMarkdown(profiles: readonly ComplexityProfile[]): string {
  return profiles.map(oneFile).join('\n');
}

function oneFile(profile: ComplexityProfile): string {
  const { file, language, score, spaceClass, derivation, functions } = profile;
  const cut = cutText(profile);
  const demand = demandLines(profile).map(
    ({ name, value, reason }) => `| ${name} | ${value} | ${escape(reason)} |`,
  );
  const rows = byCost(functions).map(
    (each) =>
      `| ${each.score} | ${bigO(each.class)} | ${each.cyclomatic} | ${each.cognitive} | ${each.loopDepth} | ${each.recursion} | ${each.startLine} | \`${escape(each.name)}\` |`,
  );
  return [
    `## ${escape(file ?? 'standard input')}`,
    '',
    `${language}, score **${score}**, time **${bigO(profile.class)}**, space **${bigO(spaceClass)}**`,
    '',
    ...(cut === undefined ? [] : [`**${escape(cut)}**`, '']),
    ...derivation.map((step) => `- ${escape(step)}`),
    '',
    '| demand | likely (low – high) | because |',
    '| --- | --- | --- |',
    ...demand,
    ...(rows.length === 0
      ? []
      : [
          '',
          '| score | class | cyclomatic | cognitive | loops | recursion | line | function |',
          '| ---: | --- | ---: | ---: | ---: | --- | ---: | --- |',
          ...rows,
        ]),
    '',
  ].join('\n');
}

function escape(text: string): string {
  return text.replaceAll(/[|\\`*_<>[\]]/g, '\\$&').replaceAll('\n', ' ');
}
