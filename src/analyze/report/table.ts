import type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
import { bigO, byCost, demandLines } from './wording.ts';

const HEADINGS = [
  'score',
  'class',
  'cyclomatic',
  'cognitive',
  'loops',
  'recursion',
  'lines',
  'function',
] as const;
const RIGHT_ALIGNED = new Set([0, 2, 3, 4]);

/** For people: the program's class with its derivation, what it will need, its dearest functions. */
export function reportTable(profiles: readonly ComplexityProfile[]): string {
  return profiles.map(oneFile).join('\n');
}

function oneFile(profile: ComplexityProfile): string {
  const lines = [headline(profile), ...profile.derivation.map((step) => `  ${step}`)];
  for (const { name, value, reason } of demandLines(profile))
    lines.push(`  ${name.padEnd(12)} ${value.padEnd(28)} ${reason}`);
  for (const { callee, kind, line, loopDepth } of profile.externalCalls)
    lines.push(
      `  calls out    ${callee} (${kind}) in line ${line}${loopDepth > 0 ? `, inside ${loopDepth} ${loopDepth > 1 ? 'loops' : 'loop'}` : ''}`,
    );
  if (profile.functions.length > 0) lines.push('', ...table(byCost(profile.functions)));
  return `${lines.join('\n')}\n`;
}

function headline({
  file,
  language,
  score,
  class: name,
  spaceClass,
  coveredFraction,
  syntaxError,
}: ComplexityProfile): string {
  const where = `${file ?? 'standard input'} (${language})`;
  const covered = coveredFraction < 1 ? `, ${Math.round(coveredFraction * 100)} % of it read` : '';
  const error =
    syntaxError === undefined
      ? ''
      : `, does not parse at ${syntaxError.line}:${syntaxError.column}`;
  return `${where}: score ${score}, time ${bigO(name)}, space ${bigO(spaceClass)}${covered}${error}`;
}

function table(functions: readonly FunctionProfile[]): string[] {
  const rows = [[...HEADINGS], ...functions.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const pad = (text: string, column: number) =>
    RIGHT_ALIGNED.has(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
  return rows.map((row) => `  ${row.map(pad).join('  ').trimEnd()}`);
}

function cells(each: FunctionProfile): string[] {
  const { score, cyclomatic, cognitive, loopDepth, recursion, startLine, endLine, name } = each;
  const numbers = [cyclomatic, cognitive, loopDepth].map(String);
  return [
    String(score),
    bigO(each.class),
    ...numbers,
    recursion === 'none' ? '' : recursion,
    `${startLine}–${endLine}`,
    name,
  ];
}
