import type { ComplexityProfile, LoopProfile } from '#model/complexity.ts';
import { linesText, loopText, loopWords, recursionWords } from './inside.ts';
import { oneLine } from './plain-text.ts';
import {
  bigO,
  byCost,
  callText,
  coverage,
  cutText,
  demandLines,
  structureTexts,
} from './wording.ts';

/** For pull requests and documents. */
export function reportMarkdown(profiles: readonly ComplexityProfile[]): string {
  return profiles.map(oneFile).join('\n');
}

function oneFile(profile: ComplexityProfile): string {
  const { file, language, score, externalCalls } = profile;
  const cut = cutText(profile);
  const time = bigO(profile.class);
  const space = bigO(profile.spaceClass);
  return [
    `## ${escape(file ?? 'standard input')}`,
    '',
    `${language}${coverage(profile)}, score **${score}**, time **${time}**, space **${space}**`,
    ...(cut === undefined ? [] : ['', `**${escape(cut)}**`]),
    ...list(`Time ${time}`, profile.derivation),
    ...list(`Space ${space}`, profile.spaceDerivation),
    '',
    '| demand | likely (low – high) | because |',
    '| --- | --- | --- |',
    ...demandLines(profile).map(
      ({ name, value, reason }) => `| ${name} | ${value} | ${escape(reason)} |`,
    ),
    ...functionsTable(profile),
    ...insideList(profile),
    ...list('Calls out', externalCalls.map(callText)),
    ...list('Sizes', structureTexts(profile)),
    ...list('Parallel', profile.parallelism),
    '',
  ].join('\n');
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0
    ? []
    : ['', `${title}:`, '', ...items.map((item) => `- ${escape(item)}`)];
}

function functionsTable({ functions }: ComplexityProfile): string[] {
  if (functions.length === 0) return [];
  const rows = byCost(functions).map(
    (each) =>
      `| ${each.score} | ${bigO(each.class)} | ${each.cyclomatic} | ${each.cognitive} | ${each.loopDepth} | ${each.recursion} | ${linesText(each)} | ${code(each.name).replaceAll('|', String.raw`\|`)} |`,
  );
  return [
    '',
    '| score | class | cyclomatic | cognitive | loops | recursion | lines | function |',
    '| ---: | --- | ---: | ---: | ---: | --- | ---: | --- |',
    ...rows,
  ];
}

/** What no cell has room for: the loops of each function and how it calls itself. */
function insideList(profile: ComplexityProfile): string[] {
  const items = byCost(profile.functions).flatMap((each) => {
    const recursion = recursionWords(each);
    const inside = [
      ...(recursion === undefined ? [] : [`  - calls itself, ${escape(recursion)}`]),
      ...loopItems(each.loops, profile),
    ];
    return inside.length === 0 ? [] : [`- ${code(each.name)}`, ...inside];
  });
  const outside = loopItems(profile.loops, profile);
  if (outside.length > 0) items.push('- outside functions', ...outside);
  return items.length === 0 ? [] : ['', 'Loops and recursion:', '', ...items];
}

function loopItems(loops: readonly LoopProfile[], profile: ComplexityProfile): string[] {
  return loopWords(loops, profile).map(
    (loop) => `${'  '.repeat(loop.depth)}- line ${loop.lines}: ${escape(loopText(loop))}`,
  );
}

/** What comes from a program is text: no mark-up, no link; an invisible joiner keeps Ruby's `@items` from naming a user. */
function escape(text: string): string {
  return oneLine(text)
    .replaceAll(/[|\\`*_<>[\]~&#$!]/g, String.raw`\$&`)
    .replaceAll('@', '@\u2060');
}

/** A code span takes everything as it is; it ends at as many backticks as it began with. */
function code(text: string): string {
  const plain = oneLine(text);
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${plain}${fence}` : `${fence} ${plain} ${fence}`;
}
