import type { ComplexityProfile, FunctionProfile } from '#model/complexity.ts';
import { bigO, cutText } from './wording.ts';

const SARIF_SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const WARNING_SCORE = 60;
const NOTE_SCORE = 40;

const RULES = [
  {
    id: 'complex-function',
    shortDescription: { text: 'A function whose complexity score is high.' },
  },
  {
    id: 'external-call-in-loop',
    shortDescription: { text: 'A call that leaves the process sits inside a loop.' },
  },
  { id: 'analysis-cut', shortDescription: { text: 'The analysis ran out of time.' } },
  { id: 'syntax-error', shortDescription: { text: 'The source does not parse here.' } },
] as const;

/** SARIF 2.1.0, for code hosts that annotate lines. */
export function reportSarif(profiles: readonly ComplexityProfile[], version: string): string {
  const driver = {
    name: 'limber',
    version,
    informationUri: 'https://www.npmjs.com/package/limber',
    rules: RULES,
  };
  const run = {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    results: profiles.flatMap(resultsOf),
  };
  return `${JSON.stringify({ $schema: SARIF_SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function resultsOf(profile: ComplexityProfile) {
  const at = (startLine: number, startColumn?: number) => [
    {
      physicalLocation: {
        artifactLocation: { uri: encodeURI(profile.file ?? 'stdin') },
        region: startColumn === undefined ? { startLine } : { startLine, startColumn },
      },
    },
  ];
  const complex = profile.functions
    .filter(({ score }) => score >= NOTE_SCORE)
    .map((each) => ({
      ruleId: 'complex-function',
      level: each.score >= WARNING_SCORE ? 'warning' : 'note',
      message: { text: describe(each) },
      locations: at(each.startLine),
    }));
  const calls = profile.externalCalls
    .filter(({ loopDepth }) => loopDepth > 0)
    .map(({ callee, kind, line }) => ({
      ruleId: 'external-call-in-loop',
      level: 'note',
      message: { text: `${callee} (${kind}) is called inside a loop.` },
      locations: at(line),
    }));
  const error = profile.syntaxError;
  const errors =
    error === undefined
      ? []
      : [
          {
            ruleId: 'syntax-error',
            level: 'warning',
            message: { text: `Does not parse as ${profile.language}.` },
            locations: at(error.line, error.column),
          },
        ];
  const cut = cutText(profile);
  const cuts =
    cut === undefined
      ? []
      : [
          {
            ruleId: 'analysis-cut',
            level: 'warning',
            message: { text: `${cut}.` },
            locations: at(1),
          },
        ];
  return [...complex, ...calls, ...errors, ...cuts];
}

function describe(each: FunctionProfile): string {
  return `${each.name}: score ${each.score}, ${bigO(each.class)}, cyclomatic ${each.cyclomatic}, cognitive ${each.cognitive}, loops ${each.loopDepth} deep.`;
}
