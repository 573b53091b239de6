import type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
import { formatBytes } from '#model/quantities.ts';
import { demandFacts } from './demand-facts.ts';
import { factLines, type Fact } from './fact-lines.ts';
import { glyphs, type Style } from './style.ts';
import { alignRows, fitText, oneLine, type Align } from './text-table.ts';

const HEADINGS = [
  'FUNCTION',
  'LINES',
  'SCORE',
  'CLASS',
  'CYCLOMATIC',
  'COGNITIVE',
  'LOOPS',
  'RECURSION',
];
const ALIGN: readonly Align[] = [
  'left',
  'left',
  'right',
  'left',
  'right',
  'right',
  'right',
  'left',
];
const LONGEST_NAME = 40;

/** What the code looks like before it runs: functions by cost, then class, calls, sizes, demand. */
export function analyzeText(profile: ComplexityProfile, style: Style): string {
  const headings = HEADINGS.map((heading) => style.paint('bold', heading));
  const rows = byCost(profile.functions).map((entry) => functionRow(entry, style));
  const table = rows.length > 0 ? [...alignRows([headings, ...rows], { align: ALIGN }), ''] : [];
  const title = profile.file === undefined ? [] : [style.paint('bold', oneLine(profile.file))];
  return `${[...title, ...table, ...factLines(factsOf(profile), style)].join('\n')}\n`;
}

function byCost(functions: readonly FunctionProfile[]): FunctionProfile[] {
  return functions.toSorted((a, b) => b.score - a.score || a.startLine - b.startLine);
}

function functionRow(entry: FunctionProfile, style: Style): string[] {
  const { nothing, ellipsis } = glyphs(style);
  return [
    fitText(oneLine(entry.name), LONGEST_NAME, ellipsis),
    `${entry.startLine}-${entry.endLine}`,
    String(Math.round(entry.score)),
    entry.class,
    String(entry.cyclomatic),
    String(entry.cognitive),
    String(entry.loopDepth),
    entry.recursion === 'none' ? nothing : entry.recursion,
  ];
}

function factsOf(profile: ComplexityProfile): Fact[] {
  const { language, coveredFraction, syntaxError, derivation, externalCalls, parallelism } =
    profile;
  const covered = coveredFraction < 1 ? `, ${Math.floor(coveredFraction * 100)} % of it read` : '';
  return [
    ['language', `${language}${covered}`],
    ...(syntaxError
      ? [['syntax', `does not parse at ${syntaxError.line}:${syntaxError.column}`] as const]
      : []),
    ['score', `${Math.round(profile.score)} of 100`],
    ['class', `time ${profile.class}, space ${profile.spaceClass}`, ...derivation.map(oneLine)],
    ['calls', ...orNone(externalCalls.map(callText))],
    ['sizes', ...orNone(profile.dataStructures.map(structureText))],
    ['parallel', parallelism.map(oneLine).join(', ') || 'no'],
    ...demandFacts(profile.demand),
  ];
}

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ['none found'];
}

function callText(call: ComplexityProfile['externalCalls'][number]): string {
  const loops =
    call.loopDepth > 0 ? `, inside ${call.loopDepth} loop${call.loopDepth > 1 ? 's' : ''}` : '';
  return `line ${call.line}: ${call.kind}, ${oneLine(call.callee)}${loops}`;
}

function structureText(structure: ComplexityProfile['dataStructures'][number]): string {
  const { line, kind, bytes, grows } = structure;
  const size = bytes === undefined ? 'depends on input' : formatBytes(bytes);
  return `line ${line}: ${oneLine(kind)}, ${size}${grows ? ', grows in a loop' : ''}`;
}
