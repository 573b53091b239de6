import type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
import { oneLine, PLAIN, type TextStyle } from './plain-text.ts';

/** From cold to hot: the margin before each line. */
const HEAT = [' ', '░', '▒', '▓', '█'] as const;

/** 0–4 for each line: the score of the innermost function around it, one more for what calls out. */
export function heatOfLines(profile: ComplexityProfile, lineCount: number): number[] {
  const heat = Array.from({ length: lineCount }, () => 0);
  const outerFirst = profile.functions.toSorted(
    (a, b) => a.startLine - b.startLine || b.endLine - a.endLine,
  );
  for (const each of outerFirst)
    for (let line = each.startLine; line <= Math.min(each.endLine, lineCount); line += 1)
      heat[line - 1] = levelOf(each);
  for (const { line, loopDepth } of profile.externalCalls)
    if (line <= lineCount)
      heat[line - 1] = Math.min(4, heat[line - 1]! + 1 + Math.min(1, loopDepth));
  for (const { line, bytes = 0 } of profile.dataStructures)
    if (line <= lineCount && bytes >= 2 ** 24)
      heat[line - 1] = Math.min(4, heat[line - 1]! + (bytes >= 2 ** 28 ? 4 : 2));
  return heat;
}

function levelOf({ score }: FunctionProfile): number {
  return Math.min(4, Math.floor(score / 20));
}

/** The code with a margin that shows where it will cost. */
export function reportSource(
  profile: ComplexityProfile,
  source: string,
  style: TextStyle = PLAIN,
): string[] {
  const lines = source.replace(/\r?\n$/, '').split('\n');
  const heat = heatOfLines(profile, lines.length);
  const width = String(lines.length).length;
  return lines.map((line, at) => {
    const number = style.paint('dim', `${String(at + 1).padStart(width)} │`);
    return `${margin(heat[at]!, style)} ${number} ${oneLine(line.replaceAll('\t', '    '))}`.trimEnd();
  });
}

function margin(level: number, { paint }: TextStyle): string {
  const sign = HEAT[level]!;
  return level >= 3 ? paint('red', sign) : level >= 1 ? paint('yellow', sign) : sign;
}
