import type { ComplexityProfile } from '#model/complexity.ts';
import { filesTable, functionsTable } from './columns.ts';
import { reportSource } from './heat.ts';
import { loopText, loopWords, recursionWords } from './inside.ts';
import { forTerminal, oneLine, PLAIN, wrap, type TextStyle } from './plain-text.ts';
import {
  bigO,
  byCost,
  callText,
  coverage,
  cutText,
  demandLines,
  structureTexts,
} from './wording.ts';

const NAME_WIDTH = 12;
const MOST_ROWS = 30;

export type TableInput = {
  readonly profiles: readonly ComplexityProfile[];
  readonly sources?: ReadonlyMap<string, string> | undefined;
  readonly style?: TextStyle | undefined;
};

/** For people. One file: all that is known of it; several: files and functions by what they cost. */
export function reportTable({ profiles, sources, style = PLAIN }: TableInput): string {
  const [only] = profiles;
  const lines =
    profiles.length === 1 && only !== undefined
      ? oneFile(only, style)
      : severalFiles(profiles, style);
  const code = profiles.flatMap((profile) => {
    const source = sources?.get(profile.file ?? '');
    if (source === undefined) return [];
    const title = profiles.length > 1 ? [style.paint('bold', nameOf(profile))] : [];
    return ['', ...title, ...reportSource(profile, source, style)];
  });
  return forTerminal(`${[...lines, ...code].join('\n')}\n`, style);
}

function oneFile(profile: ComplexityProfile, style: TextStyle): string[] {
  const functions = profile.functions.map((each) => ({ each }));
  return [
    style.paint('bold', nameOf(profile)),
    '',
    ...(functions.length > 0 ? [...functionsTable(functions, style), ''] : []),
    ...factsOf(profile).flatMap(([name, ...texts]) => fact(name, texts, style)),
  ];
}

type Fact = readonly [name: string, ...lines: string[]];

function factsOf(profile: ComplexityProfile): Fact[] {
  const { class: time, spaceClass, derivation, externalCalls } = profile;
  const cut = cutText(profile);
  return [
    ['language', `${profile.language}${coverage(profile)}`],
    ...(cut === undefined ? [] : [['stopped', cut] as const]),
    ['score', `${Math.round(profile.score)} of 100`],
    ['time', bigO(time), ...derivation],
    ['space', bigO(spaceClass), ...profile.spaceDerivation],
    ...rowsOf('recursion', recursionLines(profile)),
    ...rowsOf('loops', loopLines(profile)),
    ...rowsOf('calls out', orNone(externalCalls.map(callText))),
    ...rowsOf('sizes', orNone(structureTexts(profile))),
    ['parallel', profile.parallelism.join(', ') || 'no'],
    ...demandLines(profile).map(({ name, value, reason }): Fact => [name, `${value}: ${reason}`]),
  ];
}

/** No line where there is nothing; a long file's later ones are only counted. */
function rowsOf(name: string, lines: readonly string[]): Fact[] {
  if (lines.length === 0) return [];
  return [[name, ...lines.slice(0, MOST_ROWS), ...moreText(lines.length, name)]];
}

function recursionLines({ functions }: ComplexityProfile): string[] {
  return byCost(functions).flatMap((each) => {
    const words = recursionWords(each);
    return words === undefined ? [] : [`line ${each.startLine}: ${each.name}, ${words}`];
  });
}

/** Those outside functions first, then by what the function around them costs. */
function loopLines(profile: ComplexityProfile): string[] {
  const units = [{ loops: profile.loops, name: '' }, ...byCost(profile.functions)];
  return units.flatMap(({ loops, name }) =>
    loopWords(loops, profile).map((loop) => {
      const depth = loop.depth > 1 ? `, ${loop.depth} deep` : '';
      return `line ${loop.lines}${depth}${name === '' ? '' : ` in ${name}`}: ${loopText(loop)}`;
    }),
  );
}

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ['none found'];
}

function fact(name: string, texts: readonly string[], style: TextStyle): string[] {
  const width = Math.max(20, style.columns - NAME_WIDTH - 4);
  const lines = texts.flatMap((text) =>
    wrap(text, width - 2).map((line, at) => (at === 0 ? line : `  ${line}`)),
  );
  return lines.map((line, at) => {
    const title = (at === 0 ? name : '').padEnd(NAME_WIDTH);
    return `  ${style.paint('dim', title)}  ${line}`;
  });
}

function severalFiles(profiles: readonly ComplexityProfile[], style: TextStyle): string[] {
  const shared = sharedFolder(profiles.map(nameOf)).length;
  const functions = profiles.flatMap((profile) =>
    profile.functions.map((each) => ({ each, file: nameOf(profile).slice(shared) })),
  );
  return [
    ...filesTable(profiles, style, MOST_ROWS),
    ...more(profiles.length, 'files', style),
    ...unreadLines(profiles, style),
    ...(functions.length > 0 ? ['', ...functionsTable(functions, style, MOST_ROWS)] : []),
    ...more(functions.length, 'functions', style),
    ...cutFiles(profiles).map((text) => style.paint('dim', text)),
  ];
}

/** The table of files has no room for more than `cut`. */
function cutFiles(profiles: readonly ComplexityProfile[]): string[] {
  const count = profiles.filter(({ cut }) => cut !== undefined).length;
  if (count === 0) return [];
  const files = count === 1 ? '1 file was' : `${count} files were`;
  return [`${files} cut by the deadline: bounds may be too low; --format json says during what`];
}

/** Why nothing is known of a file: the table itself has no room for it. */
function unreadLines(profiles: readonly ComplexityProfile[], style: TextStyle): string[] {
  const unread = profiles.filter((profile) => profile.class === 'unknown');
  const lines = unread
    .slice(0, MOST_ROWS)
    .flatMap((profile) =>
      wrap(`${nameOf(profile)}: ${profile.derivation.map(oneLine).join('; ')}`, style.columns),
    );
  return [
    ...(lines.length > 0 ? ['', ...lines] : []),
    ...more(unread.length, 'unread files', style),
  ];
}

function more(count: number, of: string, style: TextStyle): string[] {
  return moreText(count, of).map((text) => style.paint('dim', text));
}

function moreText(count: number, of: string): string[] {
  return count > MOST_ROWS ? [`and ${count - MOST_ROWS} ${of} more; --format json has all`] : [];
}

/** `src/cli/` of `src/cli/a.ts` and `src/cli/b/c.ts`: what need not be said of each function. */
function sharedFolder(files: readonly string[]): string {
  const [first = '', ...others] = files.map((file) => file.slice(0, file.lastIndexOf('/') + 1));
  let shared = first;
  while (!others.every((folder) => folder.startsWith(shared)))
    shared = shared.slice(0, shared.lastIndexOf('/', shared.length - 2) + 1);
  return shared;
}

function nameOf({ file }: ComplexityProfile): string {
  return oneLine(file ?? 'standard input');
}
