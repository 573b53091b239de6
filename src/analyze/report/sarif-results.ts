import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ComplexityProfile, ExternalCall, FunctionProfile } from '#model/complexity.ts';
import { recursionWords } from './inside.ts';
import { bigO, cutText } from './wording.ts';

const WARNING_SCORE = 60;
const NOTE_SCORE = 40;

type RuleId = 'complex-function' | 'external-call-in-loop' | 'syntax-error' | 'analysis-cut';

export const RULES = [
  rule('complex-function', 'note', 'A function whose complexity score is high.'),
  rule('external-call-in-loop', 'note', 'A call that leaves the process sits inside a loop.'),
  rule('analysis-cut', 'warning', 'The analysis ran out of time.'),
  rule('syntax-error', 'warning', 'The source does not parse here.'),
];

/** A warning where a function scores from 60 on or grows exponentially, a note from 40 on. */
export function resultsOf(profile: ComplexityProfile) {
  const complex = profile.functions
    .filter((each) => each.score >= NOTE_SCORE)
    .map((each) => ({
      ...result('complex-function', levelOf(each), describe(each)),
      locations: locationOf(profile, { startLine: each.startLine }, each.name),
      properties: each,
    }));
  const calls = profile.externalCalls
    .filter(({ loopDepth }) => loopDepth > 0)
    .map((call) => ({
      ...result('external-call-in-loop', 'note', describeCall(call)),
      locations: locationOf(profile, { startLine: call.line }),
      properties: call,
    }));
  return [...complex, ...calls, ...syntaxErrors(profile), ...cuts(profile)];
}

/** Relative paths stay relative to the folder of the analysis; a name is never taken for a scheme or a fragment. */
export function uriOf({ file }: ComplexityProfile): string {
  if (file === undefined) return 'stdin';
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.split('/').map(encodeURIComponent).join('/');
}

function rule(id: RuleId, level: string, text: string) {
  return { id, shortDescription: { text }, defaultConfiguration: { level } };
}

function result(ruleId: RuleId, level: string, text: string) {
  const ruleIndex = RULES.findIndex(({ id }) => id === ruleId);
  return { ruleId, ruleIndex, level, message: { text } };
}

type Region = { readonly startLine: number; readonly startColumn?: number };

function locationOf(profile: ComplexityProfile, region: Region, inFunction?: string) {
  const physicalLocation = { artifactLocation: { uri: uriOf(profile) }, region };
  if (inFunction === undefined) return [{ physicalLocation }];
  const logicalLocations = [{ fullyQualifiedName: inFunction, kind: 'function' }];
  return [{ physicalLocation, logicalLocations }];
}

function levelOf(each: FunctionProfile): string {
  return each.score >= WARNING_SCORE || each.class === 'exponential' ? 'warning' : 'note';
}

function describe(each: FunctionProfile): string {
  const recursion = recursionWords(each);
  const calls = recursion === undefined ? '' : ` Calls itself, ${recursion}.`;
  return `${each.name}: score ${each.score}, ${bigO(each.class)}, cyclomatic ${each.cyclomatic}, cognitive ${each.cognitive}, loops ${each.loopDepth} deep.${calls}`;
}

function describeCall({ callee, kind, awaited, hasTimeout }: ExternalCall): string {
  const manner = awaited === 'one-by-one' ? 'one at a time' : 'several at once';
  const patience = hasTimeout ? '' : ', without a timeout';
  return `${callee} (${kind}) is called inside a loop, ${manner}${patience}.`;
}

function syntaxErrors(profile: ComplexityProfile) {
  const { syntaxError, language } = profile;
  if (syntaxError === undefined) return [];
  const region = { startLine: syntaxError.line, startColumn: syntaxError.column };
  return [
    {
      ...result('syntax-error', 'warning', `Does not parse as ${language}.`),
      locations: locationOf(profile, region),
    },
  ];
}

function cuts(profile: ComplexityProfile) {
  const cut = cutText(profile);
  if (cut === undefined) return [];
  const locations = locationOf(profile, { startLine: 1 });
  return [{ ...result('analysis-cut', 'warning', `${cut}.`), locations }];
}
